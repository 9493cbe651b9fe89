using Microsoft.Build.Framework;

namespace AbsBuildTasks.Caching;

/// <summary>
/// Whether a remote cache has failed in this build, and what time it has cost for nothing: known to all projects that a
/// process of MSBuild builds, so that not each of them waits for it.
/// </summary>
internal sealed class RemoteLoss
{
    private long _wasted; // ticks

    private RemoteLoss()
    {
    }

    /// <summary>Whether it has failed.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>What a build knows of a cache.</summary>
    /// <param name="engine">The build.</param>
    /// <param name="address">The cache's address.</param>
    public static RemoteLoss Of(IBuildEngine4 engine, string address)
    {
        var key = (typeof(RemoteLoss), address);
        if (engine.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is RemoteLoss known)
        {
            return known;
        }

        var loss = new RemoteLoss();
        engine.RegisterTaskObject(key, loss, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        return loss;
    }

    /// <summary>Records that it has failed.</summary>
    public void Record() => IsKnown = true;

    /// <summary>Adds time that it took for nothing.</summary>
    /// <returns>All such time of this build.</returns>
    public TimeSpan Waste(TimeSpan time) => new(Interlocked.Add(ref _wasted, time.Ticks));
}
