using Xunit;

namespace AbsBuildTasks.Tests.Shared;

/// <summary>A test of what only Unix has, such as a shell or signals; elsewhere it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "needs Unix" : null;
}
