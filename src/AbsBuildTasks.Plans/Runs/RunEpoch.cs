namespace AbsBuildTasks.Plans.Runs;

/// <summary>One epoch of a run; what was not measured in it is null.</summary>
internal sealed record RunEpoch
{
    /// <summary>The property of a record that has <see cref="TestLoss"/>.</summary>
    public const string TestLossProperty = "testLoss";

    /// <summary>The phase in which decisions are frozen: one step, no epoch.</summary>
    public const string Freeze = "freeze";

    /// <summary>What was running: <c>train</c>, <c>search</c>, <c>fine-tune</c> and others.</summary>
    public required string Phase { get; init; }

    /// <summary>Its number within the phase, from 1; null where that is not known.</summary>
    public int? Number { get; init; }

    /// <summary>Mean training loss.</summary>
    public double? Loss { get; init; }

    /// <summary>Mean loss on the test data.</summary>
    public double? TestLoss { get; init; }

    /// <summary>The metric on the test data, in its points.</summary>
    public double? Metric { get; init; }

    /// <summary>Bit-operations against full precision, 0 to 1.</summary>
    public double? RelativeBops { get; init; }

    /// <summary>The relative bit-operations that the search was to arrive at.</summary>
    public double? Target { get; init; }

    /// <summary>Where decisions were frozen, what one step from them would do; empty elsewhere.</summary>
    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    /// <summary>What the gates had chosen, layer by layer; empty outside of the search.</summary>
    public IReadOnlyList<RunLayer> Layers { get; init; } = [];
}
