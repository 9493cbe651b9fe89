using Xunit;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>A test of what is done on Linux alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = LinuxTheoryAttribute.Reason;

    /// <summary>Whether it gives files to another user, which only root may.</summary>
    public bool NeedsRoot
    {
        get;
        set
        {
            field = value;
            Skip ??= value && Environment.UserName != "root" ? "gives files to another user: needs root" : null;
        }
    }
}

/// <summary>A test with data of what is done on Linux alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = Reason;

    internal static string? Reason => OperatingSystem.IsLinux() ? null : "is done on Linux alone";
}
