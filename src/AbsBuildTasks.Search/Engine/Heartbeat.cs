namespace AbsBuildTasks.Search.Engine;

/// <summary>Tells how far work has come that takes long: after a second, and then every ten.</summary>
/// <param name="tell">Told one line.</param>
/// <param name="clock">The time; null for the system's.</param>
internal sealed class Heartbeat(Action<string> tell, TimeProvider? clock = null)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Next = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private TimeSpan _wait = First;
    private long _last = (clock ?? TimeProvider.System).GetTimestamp();

    /// <summary>Tells, if it is time.</summary>
    /// <param name="word">How far the work has come.</param>
    public void Beat(Func<string> word)
    {
        if (_clock.GetElapsedTime(_last) >= _wait)
        {
            tell(word());
            (_last, _wait) = (_clock.GetTimestamp(), Next);
        }
    }
}
