namespace AbsBuildTasks.Plans.Targets;

/// <summary>How many scales a target wants for the weights of a layer.</summary>
internal enum WeightScales
{
    /// <summary>One for the whole layer.</summary>
    Layer,

    /// <summary>One for each filter.</summary>
    Filter,
}
