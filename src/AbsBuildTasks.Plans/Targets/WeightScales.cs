namespace AbsBuildTasks.Plans.Targets;

/// <summary>How many scales the weights of a layer may have on a target.</summary>
internal enum WeightScales
{
    /// <summary>One for the whole layer.</summary>
    Layer,

    /// <summary>One for each filter.</summary>
    Filter,

    /// <summary>Either: a search's settings say which.</summary>
    Both,
}
