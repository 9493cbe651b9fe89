using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using AbsBuildTasks.Worker.Models;
using AbsBuildTasks.Worker.Running;

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
    public void What_the_search_refuses_to_the_models_code_is_the_codes_failure()
    {
        var exception = Assert.Throws<ArgumentNullException>(() => new ModelContext(null!, []));

        Assert.Contains("ArgumentNullException: Value cannot be null", ModelCode.Failure(exception)?.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ModelCodeTests), ModelCode.Failure(exception)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_the_search_is_a_defect()
    {
        var exception = Assert.Throws<InvalidCastException>(() => new ModelContext(Path.GetTempPath(), Broken()));

        Assert.Null(ModelCode.Failure(exception));
    }

    [Fact]
    public void A_failing_static_constructor_is_seen_through()
    {
        var failure = ModelCode.Failure(new TypeInitializationException("Table", Assert.Throws<InvalidOperationException>(() => new FirstModel().LoadData(new ModelContext(Path.GetTempPath(), [])))));

        Assert.Contains("InvalidOperationException: No data (at", failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_the_search_has_put_in_words_gets_its_place()
    {
        var cause = Assert.Throws<InvalidOperationException>(() => new FirstModel().LoadData(new ModelContext(Path.GetTempPath(), [])));

        var known = Failures.Of(new AbsException(AbsCodes.ModelCodeFailed, "The network fails.", cause));

        Assert.StartsWith("The network fails. It failed at AbsBuildTasks.Worker.Tests.UnfinishedModel.LoadData, Models.cs:", known.Text, StringComparison.Ordinal);
        Assert.Matches("^ABS[0-9]{4}$", Failures.Of(new AbsException("mine", "Other.", cause)).Code);
        Assert.Equal("Other.", Failures.Of(new AbsException(AbsCodes.InvalidData, "Other.", cause)).Text);
    }

    // Its cast is made by .NET, for the search.
    private static IEnumerable<string> Broken() => ((IEnumerable<object>)[1]).Cast<string>();
}
