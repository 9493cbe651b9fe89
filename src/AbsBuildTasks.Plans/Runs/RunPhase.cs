namespace AbsBuildTasks.Plans.Runs;

/// <summary>What the phases of a search are called in records, progress and plans.</summary>
internal static class RunPhase
{
    /// <summary>Training in full precision.</summary>
    public const string Train = "train";

    /// <summary>More of that, which the plan is compared with.</summary>
    public const string Baseline = "baseline";

    /// <summary>Choosing grids and intervals.</summary>
    public const string Calibrate = "calibrate";

    /// <summary>Deciding on bits and filters.</summary>
    public const string Search = "search";

    /// <summary>The same where decisions are given.</summary>
    public const string Settle = "settle";

    /// <summary>Taking the last decisions: one step, no epoch.</summary>
    public const string Freeze = "freeze";

    /// <summary>Training under them.</summary>
    public const string FineTune = "fine-tune";

    /// <summary>Measuring what came of it.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>All of them, in the order in which they run.</summary>
    public static IReadOnlyList<string> All { get; } = [Train, Baseline, Calibrate, Search, Settle, Freeze, FineTune, Evaluate];
}
