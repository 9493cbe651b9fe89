namespace AbsBuildTasks.Search.Hooks;

/// <summary>Knows whether a thread runs a hook of ours at the moment: what it calls then is none of the network's own calls.</summary>
internal static class HookScope
{
    [ThreadStatic]
    private static int _depth;

    /// <summary>Whether this thread runs a hook.</summary>
    public static bool IsRunning => _depth > 0;

    /// <summary>Runs a hook.</summary>
    public static T Within<T>(Func<T> hook)
    {
        _depth++;
        try
        {
            return hook();
        }
        finally
        {
            _depth--;
        }
    }
}
