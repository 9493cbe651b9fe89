namespace AbsBuildTasks.Search.Structure;

/// <summary>What a filter of a layer gives in a run of a trace, in place of its result.</summary>
internal enum FilterFeed : byte
{
    /// <summary>Zeros, as a pruned filter gives.</summary>
    Zero,

    /// <summary>Random numbers, another for each channel, position, example and call; the same in each run of a draw.</summary>
    Noise,

    /// <summary>
    /// Something else than the noise: at one half of the positions no number, which whatever is computed from it becomes,
    /// too, and at the other half other noise, which also shows behind comparisons.
    /// </summary>
    Taint,
}
