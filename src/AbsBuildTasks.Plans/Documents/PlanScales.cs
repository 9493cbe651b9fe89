namespace AbsBuildTasks.Plans.Documents;

/// <summary>What has a scale of its own in a layer's weight, as plans name it.</summary>
internal static class PlanScales
{
    /// <summary>The whole layer; not written.</summary>
    public const string Layer = "layer";

    /// <summary>Each filter.</summary>
    public const string Filter = "filter";
}
