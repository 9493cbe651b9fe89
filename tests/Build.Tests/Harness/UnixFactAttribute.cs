namespace Build.Tests.Harness;

/// <summary>A test that sends signals; elsewhere than on Unix it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "needs Unix signals" : null;
}
