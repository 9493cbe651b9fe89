using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Worker.Models;

namespace AbsBuildTasks.Worker.Tests;

public sealed class ModelTypeTests
{
    private const string Names = "AbsBuildTasks.Worker.Tests.DotsModel, AbsBuildTasks.Worker.Tests.FirstModel, AbsBuildTasks.Worker.Tests.GatedModel, AbsBuildTasks.Worker.Tests.PairingModel, AbsBuildTasks.Worker.Tests.ReadingModel, AbsBuildTasks.Worker.Tests.ReadyModel, AbsBuildTasks.Worker.Tests.SecondModel, AbsBuildTasks.Worker.Tests.StripesModel";

    [Fact]
    public void A_named_type_is_found() =>
        Assert.Equal(typeof(FirstModel), ModelType.Find(typeof(FirstModel).Assembly, typeof(FirstModel).FullName));

    [Fact]
    public void Without_a_name_several_are_listed()
    {
        var exception = Assert.Throws<AbsException>(() => ModelType.Find(typeof(FirstModel).Assembly, null));

        Assert.Equal(AbsCodes.ModelTypeAmbiguous, exception.Code);
        Assert.Contains(Names, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_name_and_without_a_model_there_is_nothing_to_search()
    {
        var exception = Assert.Throws<AbsException>(() => ModelType.Find(typeof(ModelType).Assembly, null));

        Assert.Equal(AbsCodes.ModelTypeNotFound, exception.Code);
        Assert.Contains("AbsBuildTasks.Worker.dll has no class that implements IAbsModel", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AbsBuildTasks.Worker.Tests.FristModel", "did you mean Type=\"AbsBuildTasks.Worker.Tests.FirstModel\"?")]
    [InlineData("FirstModel", "did you mean Type=\"AbsBuildTasks.Worker.Tests.FirstModel\"?")]
    [InlineData("Entirely.Different", "these implement IAbsModel: " + Names)]
    [InlineData("AbsBuildTasks.Worker.Tests.UnfinishedModel", "is not a class that implements IAbsModel; these implement IAbsModel: " + Names)]
    [InlineData("AbsBuildTasks.Worker.Tests.ModelTypeTests", "is not a class that implements IAbsModel")]
    [InlineData("AbsBuildTasks.Worker.Tests.SecondModel", "has no public parameterless constructor")]
    public void A_name_that_is_no_model_is_answered_with_what_is(string name, string message)
    {
        var exception = Assert.Throws<AbsException>(() => ModelType.Find(typeof(FirstModel).Assembly, name));

        Assert.Equal(AbsCodes.ModelTypeNotFound, exception.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
