namespace AbsBuildTasks.Plans.Settings;

/// <summary>How a gate decides whether a finer bitwidth, or a filter, is worth having.</summary>
internal enum GateKind
{
    /// <summary>By a trainable threshold for what the coarser bitwidth leaves, or for the size of the filter's weights.</summary>
    Threshold,

    /// <summary>By a free trainable logit and chance: hard concrete (Louizos et al., 2018), rounded to open or closed.</summary>
    Logit,
}
