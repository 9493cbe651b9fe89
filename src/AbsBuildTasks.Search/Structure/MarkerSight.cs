namespace AbsBuildTasks.Search.Structure;

/// <summary>Where markers came out in one run.</summary>
/// <param name="ReachesOutput">Whether an output of the network differs from what it is without markers.</param>
/// <param name="Lit">For each consumer and input channel whether it is anything but zero.</param>
/// <param name="Changed">For each consumer and input channel whether it differs from what it is without markers.</param>
internal sealed record MarkerSight(bool ReachesOutput, bool[][] Lit, bool[][] Changed);
