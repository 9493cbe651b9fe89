using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>A model's plan before and after.</summary>
internal sealed record ModelDiff
{
    /// <summary>Compares two plans, of which one may be missing.</summary>
    /// <exception cref="ArgumentException">Both are missing.</exception>
    public ModelDiff(CompressionPlan? before, CompressionPlan? after)
    {
        (Before, After) = (before, after);
        Model = (after ?? before ?? throw new ArgumentException("A model has at least one plan.", nameof(after))).Model;
        Changes = before is null || after is null ? null : PlanDiff.Between(before, after);
    }

    /// <summary>The model's name; with its folder before it where several projects have a model of that name.</summary>
    public string Model { get; init; }

    /// <summary>Its plan before; null where it had none.</summary>
    public CompressionPlan? Before { get; }

    /// <summary>Its plan after; null where it has none.</summary>
    public CompressionPlan? After { get; }

    /// <summary>What changed; null where a plan is missing.</summary>
    public PlanDiff? Changes { get; }

    /// <summary>The file of the plan after; null where that is not known.</summary>
    public string? File { get; init; }

    /// <summary>The ONNX file of the plan before; null where that is not known.</summary>
    public DeliveredFile? FileBefore { get; init; }

    /// <summary>The ONNX file of the plan after; null where that is not known.</summary>
    public DeliveredFile? FileAfter { get; init; }

    /// <summary>Why the model was searched again, a line each, as far as that is known.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Why the plan after was accepted, for a reader: <c>by … on …: …</c>; null where that is not known.</summary>
    public string? AcceptedBecause { get; init; }

    /// <summary>Layers of the plan after whose decisions hang on less than the noise, as far as that is known.</summary>
    public IReadOnlyCollection<string> CloseCalls { get; init; } = [];

    /// <summary>What becomes of the plan after; null where nobody judges it, as where two files are compared.</summary>
    public PlanVerdict? Verdict { get; init; }

    /// <summary>Whether nothing changed, and a policy minds nothing that is no change here, such as the order of layers: it is then refused, or was accepted.</summary>
    public bool IsSettled => Status == ModelStatus.Unchanged && Verdict is not { Kind: VerdictKind.Refused or VerdictKind.Accepted };

    /// <summary>What became of the model.</summary>
    public ModelStatus Status =>
        Before is null ? ModelStatus.Added
        : After is null ? ModelStatus.Removed
        : Changes!.IsEmpty ? ModelStatus.Unchanged
        : ModelStatus.Changed;
}
