namespace AbsBuildTasks.Tests.Caching;

/// <summary>A test against nginx; skipped where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NginxFactAttribute : FactAttribute
{
    public NginxFactAttribute() => Skip = NginxServer.Program is null ? "needs nginx (for example apt-get install nginx-light)" : null;
}
