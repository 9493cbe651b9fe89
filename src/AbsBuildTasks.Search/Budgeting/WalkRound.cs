using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>What a round of an <see cref="EstimatedWalk"/> came to.</summary>
/// <param name="Decisions">Those arrived at; null where it stayed where it was.</param>
/// <param name="Loss">Measured under them.</param>
/// <param name="Left">How often the walk may measure from then on.</param>
/// <param name="Refused">The step that did not do what was estimated; null for none.</param>
/// <param name="Steps">How many steps each round takes from then on.</param>
internal sealed record WalkRound(IReadOnlyList<LayerDecision>? Decisions, double Loss, int Left, RefusedStep? Refused, int Steps)
{
    /// <summary>Whether there was no step to take.</summary>
    public bool IsLast => Decisions is null && Refused is null;
}
