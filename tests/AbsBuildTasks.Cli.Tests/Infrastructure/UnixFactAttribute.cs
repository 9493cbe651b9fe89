namespace AbsBuildTasks.Cli.Tests.Infrastructure;

/// <summary>A test that starts a shell script.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "The stand-in for dotnet is a shell script." : null;
}
