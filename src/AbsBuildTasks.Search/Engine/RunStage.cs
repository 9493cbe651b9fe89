namespace AbsBuildTasks.Search.Engine;

/// <summary>The stages of a run, in order.</summary>
internal enum RunStage
{
    /// <summary>Full-precision training, or loading of weights.</summary>
    Train,

    /// <summary>More of it, for the network that plans are compared with.</summary>
    Baseline,

    /// <summary>Fitting of intervals.</summary>
    Calibrate,

    /// <summary>Search for bits and filters; under given decisions, as much training.</summary>
    Search,

    /// <summary>The last decisions.</summary>
    Freeze,

    /// <summary>Training under the frozen plan, and what follows it.</summary>
    FineTune,
}
