namespace AbsBuildTasks.Worker.Timing;

/// <summary>Measures several things in turn, round after round, so that what changes on the machine meanwhile meets all of them.</summary>
/// <param name="clock">Tells the time.</param>
/// <param name="rounds">How often each is measured.</param>
internal sealed class Race(RunClock clock, int rounds)
{
    // Long against the clock's own steps, short against those of a scheduler.
    private const double LeastTime = 200_000;

    private const int WarmUps = 3;

    /// <summary>Measures runs.</summary>
    /// <param name="runs">What to run.</param>
    /// <returns>For each the median of its rounds, and how far chance may have moved it.</returns>
    public IReadOnlyList<RaceTime> Of(IReadOnlyList<Action> runs)
    {
        int[] times = [.. runs.Select(Times)];
        var measured = runs.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < runs.Count; i++)
            {
                // Another order each round: what ran before leaves its traces in the processor.
                var run = (i + round) % runs.Count;
                measured[run][round] = Time(runs[run], times[run]);
            }
        }

        return [.. measured.Select(RaceTime.Of)];
    }

    private int Times(Action run)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            run();
        }

        return (int)Math.Clamp(Math.Ceiling(LeastTime / Math.Max(1, Time(run, 1))), 1, 1000);
    }

    private double Time(Action run, int times)
    {
        var start = clock.Now();
        for (var i = 0; i < times; i++)
        {
            run();
        }

        return (clock.Now() - start) / times;
    }
}
