namespace AbsBuildTasks.Plans.Documents;

/// <summary>What a build says of the ONNX file that it has written. It lies beside the file, as <c>&lt;model&gt;.onnx.json</c>.</summary>
internal sealed record OnnxRecord
{
    /// <summary>The version of this form.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The lowest and the highest version of ONNX's operators that a file is written in.</summary>
    public const int LowestOpset = 17;

    /// <inheritdoc cref="LowestOpset"/>
    public const int HighestOpset = 25;

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of the file that the network has as it is: in 32-bit floating point, with all filters.</summary>
    public required long FloatBytes { get; init; }

    /// <summary>The version of ONNX's operators that the file needs.</summary>
    public required int Opset { get; init; }

    /// <summary>What the metric is called.</summary>
    public required string MetricName { get; init; }

    /// <summary>The metric of the file on the test data.</summary>
    public required double Metric { get; init; }

    /// <summary>The metric of the compressed network, which the plan was evaluated with, on the same data.</summary>
    public required double NetworkMetric { get; init; }

    /// <summary>Whether the file has quantisers at sums, concatenations, means and products of activations that the plan has not.</summary>
    public required bool QuantizesSums { get; init; }

    /// <summary>Convolutions and linear layers.</summary>
    public required int Layers { get; init; }

    /// <summary>How many of them stand between quantisers: runtimes run those on integers.</summary>
    public required int IntegerLayers { get; init; }

    /// <summary>Products of two activations as matrices, as in attention.</summary>
    public int Products { get; init; }

    /// <summary>How many of them take quantised values on both sides: runtimes run those on integers.</summary>
    public int IntegerProducts { get; init; }
}
