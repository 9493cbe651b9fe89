namespace AbsBuildTasks.Cake.Targets;

/// <summary>When a search runs.</summary>
public enum AbsSearchMode
{
    /// <summary>Where no plan is cached.</summary>
    Auto,

    /// <summary>Never: a plan that is not cached is an error.</summary>
    Cached,

    /// <summary>Never: the decisions of the committed snapshots are taken, and only training under them runs.</summary>
    Locked,

    /// <summary>Always.</summary>
    Force,

    /// <summary>Never: plans stay as they are.</summary>
    Off,
}
