using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>What a worker tells the build, one line of its standard output each.</summary>
internal abstract record WorkerEvent;

/// <summary>How far a search has come.</summary>
/// <param name="Phase">What is running: <c>train</c>, <c>calibrate</c>, <c>search</c>, <c>fine-tune</c>, <c>evaluate</c>.</param>
/// <param name="Epoch">Epochs of the phase that are done.</param>
/// <param name="Epochs">Epochs the phase has.</param>
/// <param name="Loss">Mean training loss of the epoch, to 6 digits; null where there was no training, or it is not finite.</param>
/// <param name="Metric">The metric, to 6 digits; null where it was not measured.</param>
/// <param name="RelativeBops">Bit-operations against full precision, 0 to 1, to 6 digits; null where no gates are at work.</param>
/// <param name="MetricName">What the metric is called, such as <c>top-1</c>; null where that is not known.</param>
/// <param name="Done">Training epochs that are done of the whole search, also those of an earlier run that this one goes on with.</param>
/// <param name="TestLoss">Mean loss on the test data after the epoch, to 6 digits; null where it was not measured.</param>
internal sealed record ProgressEvent(string Phase, int Epoch, int Epochs, double? Loss, double? Metric, double? RelativeBops, string? MetricName = null, int Done = 0, double? TestLoss = null) : WorkerEvent;

/// <summary>How far the epoch is that runs: told after the first step, and then every few seconds.</summary>
/// <param name="Phase">What is running, as in a <see cref="ProgressEvent"/>.</param>
/// <param name="Epoch">The epoch's number in the phase, from 1.</param>
/// <param name="Epochs">Epochs the phase has.</param>
/// <param name="Step">Steps of the epoch that are done.</param>
/// <param name="Steps">Steps the epoch has.</param>
/// <param name="Done">Training epochs that are done of the whole search, as in a <see cref="ProgressEvent"/>: those in front of the one that runs.</param>
internal sealed record StepEvent(string Phase, int Epoch, int Epochs, int Step, int Steps, int Done) : WorkerEvent;

/// <summary>The most that the whole network may cost, where that is not the budget's share: the layers alone keep that one.</summary>
/// <param name="RelativeBops">Bit-operations against full precision, 0 to 1, to 6 digits.</param>
internal sealed record LimitEvent(double RelativeBops) : WorkerEvent;

/// <summary>What the gates of all layers have chosen; told before the <see cref="ProgressEvent"/> of the epoch that chose it.</summary>
/// <param name="Phase">What is running: <c>search</c>, <c>freeze</c>.</param>
/// <param name="Done">Training epochs that are done of the whole search, as in that event.</param>
/// <param name="Layers">The layers, in the network's order; at least one, and at most <see cref="Most"/>. Of a larger network several events tell.</param>
internal sealed record LayersEvent(string Phase, int Done, IReadOnlyList<RunLayer> Layers) : WorkerEvent
{
    /// <summary>So that a line is no longer than the build reads, also where layers have long names.</summary>
    public const int Most = 100;
}

/// <summary>Something worth saying.</summary>
/// <param name="Text">One line.</param>
internal sealed record MessageEvent(string Text) : WorkerEvent;

/// <summary>Something the user should look at; the search goes on.</summary>
/// <param name="Code">The code, such as <c>ABS2012</c>.</param>
/// <param name="Text">One line that says what to do.</param>
internal sealed record WarningEvent(string Code, string Text) : WorkerEvent;

/// <summary>The search failed.</summary>
/// <param name="Code">The code, such as <c>ABS3001</c>.</param>
/// <param name="Text">One line that says what to do.</param>
/// <param name="Layer">The layer that it is about; null where it is about none.</param>
internal sealed record ErrorEvent(string Code, string Text, string? Layer = null) : WorkerEvent;

/// <summary>The search is finished, and its files are written.</summary>
internal sealed record DoneEvent : WorkerEvent;
