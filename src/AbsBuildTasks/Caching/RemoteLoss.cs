using Microsoft.Build.Framework;

namespace AbsBuildTasks.Caching;

/// <summary>
/// Whether a remote cache has failed in this build: known to all projects that a process of MSBuild builds, so that not
/// each of them waits for it.
/// </summary>
/// <param name="engine">The build.</param>
/// <param name="address">The cache's address.</param>
internal sealed class RemoteLoss(IBuildEngine4 engine, string address)
{
    private readonly (string Name, string Address) _key = ("AbsBuildTasks.RemoteLoss", address);

    /// <summary>Whether it has.</summary>
    public bool IsKnown => engine.GetRegisteredTaskObject(_key, RegisteredTaskObjectLifetime.Build) is not null;

    /// <summary>Records that it has.</summary>
    public void Record() => engine.RegisterTaskObject(_key, this, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
}
