namespace AbsBuildTasks.Search.Engine;

/// <summary>Whether a run is to end before it is done.</summary>
internal enum StopWish
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>With its state kept, and no plan.</summary>
    Leave,

    /// <summary>With a plan of what it has.</summary>
    Keep,

    /// <summary>The same, as its time is over.</summary>
    OutOfTime,
}
