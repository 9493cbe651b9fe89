namespace AbsBuildTasks.Search.Data;

/// <summary>What happens to an image whose proportions are not those wanted.</summary>
public enum ImageFit
{
    /// <summary>It keeps its proportions, and what is too long is cut off on both ends.</summary>
    Crop,

    /// <summary>All of it is used, and its proportions change.</summary>
    Stretch,
}
