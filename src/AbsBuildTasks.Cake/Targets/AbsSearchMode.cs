namespace AbsBuildTasks.Cake.Targets;

/// <summary>When a search runs.</summary>
public enum AbsSearchMode
{
    /// <summary>Where no plan is cached.</summary>
    Auto,

    /// <summary>Never: a plan that is not cached is an error.</summary>
    Cached,

    /// <summary>Always.</summary>
    Force,

    /// <summary>Never: plans stay as they are.</summary>
    Off,
}
