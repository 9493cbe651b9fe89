namespace AbsBuildTasks.Search.Gates;

/// <summary>The gates of one tensor's bitwidths, or of one layer's filters, and what they learn.</summary>
internal interface IGates
{
    /// <summary>What trains.</summary>
    IReadOnlyList<TrainedScalar> Parameters { get; }

    /// <summary>Sets what trains so that gates start open.</summary>
    /// <param name="measures">A of each gate.</param>
    void Start(ReadOnlySpan<double> measures);

    /// <summary>Opens and closes gates.</summary>
    /// <param name="measures">A of each gate.</param>
    /// <param name="training">Whether chance may take part.</param>
    /// <param name="open">Receives g of each gate.</param>
    void Choose(ReadOnlySpan<double> measures, bool training, Span<bool> open);

    /// <summary>Keeps what trains from running away where it changes nothing any more.</summary>
    /// <param name="measure">The measure from which on gates are held open.</param>
    void Limit(double measure);

    /// <summary>Takes up the gradient of one gate.</summary>
    /// <param name="gate">Its index.</param>
    /// <param name="measure">A, as it was when the gate was chosen.</param>
    /// <param name="gradient">∂L/∂g.</param>
    /// <returns>∂L/∂A: what the gate asks of the measure.</returns>
    double Collect(int gate, double measure, double gradient);
}
