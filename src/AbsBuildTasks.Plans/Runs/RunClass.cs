namespace AbsBuildTasks.Plans.Runs;

/// <summary>How a network does on the test examples of one class.</summary>
/// <param name="Class">The class's index in the targets.</param>
/// <param name="Examples">How many examples there are, at least 1.</param>
/// <param name="Hits">For how many of them the network's largest output is that class's.</param>
internal sealed record RunClass(int Class, int Examples, int Hits)
{
    /// <summary>The share of hits, 0 to 1.</summary>
    public double Accuracy => (double)Hits / Examples;
}
