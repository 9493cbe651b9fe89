using AbsBuildTasks.Search.Data;

namespace AbsBuildTasks.Search;

/// <summary>The data of a model project.</summary>
/// <param name="Train">What weights, bitwidths and filters are learned on.</param>
/// <param name="Test">Held out: only measured on, never learned from.</param>
public sealed record ModelData(LabelledData Train, LabelledData Test)
{
    /// <summary>Random changes of training images. Default: none.</summary>
    public Augmentation? Augmentation { get; init; }
}
