using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using AbsBuildTasks.Worker.Models;

namespace AbsBuildTasks.Worker.Tests;

public sealed class ModelCodeTests
{
    [Fact]
    public void A_failure_of_the_models_code_names_its_place_in_one_line()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new FirstModel().LoadData(new ModelContext(Path.GetTempPath(), [])));

        var failure = ModelCode.Failure(exception);

        Assert.Equal(AbsCodes.ModelCodeFailed, failure?.Code);
        Assert.StartsWith("The model project's code failed: InvalidOperationException: No data (at AbsBuildTasks.Worker.Tests.UnfinishedModel.LoadData, Models.cs:", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_constructor_is_seen_through_reflection()
    {
        var exception = Assert.Throws<TargetInvocationException>(() => typeof(FirstModel).GetMethod(nameof(FirstModel.CreateNetwork))!.Invoke(new FirstModel(), null));

        Assert.Contains("ArgumentException: FirstModel (at", ModelCode.Failure(exception)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_the_search_is_a_defect()
    {
        var exception = Assert.Throws<ArgumentNullException>(() => new ModelContext(null!, []));

        Assert.Null(ModelCode.Failure(exception));
    }
}
