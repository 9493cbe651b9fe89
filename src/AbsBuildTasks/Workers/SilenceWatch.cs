namespace AbsBuildTasks.Workers;

/// <summary>Decides when the silence of a worker is worth telling of: once for each, and of none that is no longer than those before.</summary>
/// <param name="first">How long the first report may take.</param>
/// <param name="later">The same for later ones; at least three times as long as the longest silence so far, as epochs may take hours.</param>
internal sealed class SilenceWatch(TimeSpan first, TimeSpan later)
{
    private const int Growth = 3;

    private TimeSpan _limit = first;
    private TimeSpan _since;
    private int _reports;
    private bool _isTold;

    /// <summary>Looks at the silence.</summary>
    /// <param name="now">The time since the worker's start.</param>
    /// <param name="reports">How often it has reported so far.</param>
    /// <returns>The silence that is to be told of; null for none.</returns>
    public TimeSpan? Look(TimeSpan now, int reports)
    {
        if (reports != _reports)
        {
            var longer = TimeSpan.FromTicks((now - _since).Ticks * Growth);
            _limit = _reports == 0 ? later : longer > _limit ? longer : _limit;
            (_since, _reports, _isTold) = (now, reports, false);
        }

        if (_isTold || now - _since < _limit)
        {
            return null;
        }

        _isTold = true;
        return _limit;
    }

    /// <summary>How long nothing is to be told of unless the worker reports: for ever where this silence was told of.</summary>
    /// <param name="now">The time since the worker's start.</param>
    public TimeSpan Left(TimeSpan now) => _isTold ? Timeout.InfiniteTimeSpan : _limit - (now - _since) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
