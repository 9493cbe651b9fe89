namespace AbsBuildTasks.Cli.Tests.Infrastructure;

/// <summary>A test with data that starts a shell script.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = new UnixFactAttribute().Skip;
}
