using Xunit;

namespace Checks;

public sealed class PlanTests
{
    [Fact]
    public void The_plan_lies_beside_the_tests() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "abs", "tiny.plan.json")));
}
