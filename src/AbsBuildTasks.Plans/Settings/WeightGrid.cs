namespace AbsBuildTasks.Plans.Settings;

/// <summary>Which levels a quantised weight may take.</summary>
internal enum WeightGrid
{
    /// <summary>Levels −(2^(b−1)−1) … 2^(b−1)−1 with zero among them: stores in signed b-bit integers.</summary>
    Symmetric,

    /// <summary>The paper's 2^b levels on the unit interval, without a zero.</summary>
    Unit,
}
