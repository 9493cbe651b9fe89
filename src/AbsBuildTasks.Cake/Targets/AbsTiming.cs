namespace AbsBuildTasks.Cake.Targets;

/// <summary>Whether a build measures the ONNX files that it writes.</summary>
public enum AbsTiming
{
    /// <summary>Where the project has ONNX Runtime.</summary>
    Auto,

    /// <summary>Always; a build warns where it cannot.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
