namespace AbsBuildTasks.Search.Structure;

/// <summary>What one run of a trace shows.</summary>
/// <param name="ReachesOutput">Whether an output of the network differs from the base run's.</param>
/// <param name="SameWay">Whether all that layers took in has the shapes that it had in the base run.</param>
/// <param name="Values">For each consumer how many values it took in.</param>
/// <param name="Lit">For each consumer and input channel whether it is anything but zero, in a run that is compared with nothing.</param>
/// <param name="Touched">For each consumer and input channel whether it differs from the base run's, in a run that is compared with it.</param>
internal sealed record TraceSight(bool ReachesOutput, bool SameWay, IReadOnlyList<long> Values, bool[][] Lit, bool[][] Touched);
