namespace AbsBuildTasks.Worker.Tests;

/// <summary>A test of how Linux loads libraries.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "needs Linux's loader";
}
