namespace AbsBuildTasks.Search.Structure;

/// <summary>What a run of a trace is for.</summary>
internal enum TraceMode
{
    /// <summary>What is seen is kept.</summary>
    Base,

    /// <summary>What is seen is compared with the base run.</summary>
    Compared,

    /// <summary>Only zeros count.</summary>
    Alone,

    /// <summary>Only gradients count.</summary>
    Guess,
}
