using Xunit;

namespace AbsBuildTasks.Search.Tests.Contract;

public sealed class CheckedModelTests
{
    /// <summary>A default that it inherits would be used in place of what the model has.</summary>
    [Fact]
    public void Every_member_of_the_contract_is_the_models()
    {
        var map = typeof(CheckedModel).GetInterfaceMap(typeof(IAbsModel));

        Assert.NotEmpty(map.TargetMethods);
        Assert.All(map.TargetMethods, method => Assert.Equal(typeof(CheckedModel), method.DeclaringType));
    }
}
