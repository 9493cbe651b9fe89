using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Followers.TensorBoard;

/// <summary>Writes the curves of one search for TensorBoard. What cannot be written is a warning; no search fails for it.</summary>
/// <remarks>
/// Steps are epochs of the whole search. Each phase has curves of its own: the last decisions, for example, cost something
/// else at the step at which the search ends.
/// </remarks>
internal sealed class TensorBoardRun : IDisposable
{
    // Of a hash: enough to tell searches apart, and short enough to be read in a list.
    private const int NameLength = 12;

    private readonly Action<string, string> _warn;
    private readonly string _folder;
    private IDisposable? _held;
    private EventFile? _file;

    private TensorBoardRun(string folder, Action<string, string> warn) => (_folder, _warn) = (folder, warn);

    /// <summary>Opens the run of a search: the folder <c>&lt;model&gt;/&lt;search&gt;</c>.</summary>
    /// <param name="folder">Full path of the folder that TensorBoard is given.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="state">The folder in which the search keeps its state: has it one, the curves go on.</param>
    /// <param name="warn">Told a code and a line where curves cannot be written.</param>
    public static TensorBoardRun Open(string folder, string model, string state, Action<string, string> warn)
    {
        var name = string.Join("-", Path.GetFileName(state).Split('-').Select(part => part.Substring(0, Math.Min(NameLength, part.Length))));
        var run = new TensorBoardRun(Path.Combine(folder, model, name), warn);
        run.Try(() =>
        {
            OwnFolder.RequireNoLink(Path.Combine(folder, model));
            run._held = FolderLock.TryTake(run._folder, TimeSpan.Zero);
            run._file = run._held is null ? null : new EventFile(run._folder, goesOn: KeptState.IsIn(state));
        });
        return run;
    }

    /// <summary>Takes in an event.</summary>
    public void Tell(BuildEvent buildEvent)
    {
        if (_file is { } file && buildEvent is SearchReported { Event: var reported } && ValuesOf(reported) is { Values.Count: > 0 } found)
        {
            Try(() => file.Add(found.Step, found.Values));
        }
    }

    /// <inheritdoc />
    public void Dispose() => _held?.Dispose();

    private static (long Step, IReadOnlyList<(string Tag, double Value)> Values) ValuesOf(WorkerEvent reported) => reported switch
    {
        ProgressEvent progress => (progress.Done,
        [
            .. Value($"loss/{progress.Phase}", progress.Loss),
            .. Value($"test_loss/{progress.Phase}", progress.TestLoss),
            .. Value($"{Printable.Escape(progress.MetricName ?? "metric")}/{progress.Phase}", progress.Metric),
            .. Value($"relative_bops/{progress.Phase}", progress.RelativeBops),
        ]),
        LayersEvent layers => (layers.Done,
        [
            .. layers.Layers.SelectMany(layer => new[]
            {
                ($"weight_bits_{layers.Phase}/{Printable.Escape(layer.Name)}", (double)layer.WeightBits),
                ($"activation_bits_{layers.Phase}/{Printable.Escape(layer.Name)}", layer.ActivationBits),
                ($"kept_filters_{layers.Phase}/{Printable.Escape(layer.Name)}", layer.KeptFilters),
            }),
        ]),
        _ => (0, []),
    };

    private static (string Tag, double Value)[] Value(string tag, double? value) => value is { } known ? [(tag, known)] : [];

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _file = null;
            _warn(AbsCodes.CurvesNotWritten, $"The curves for TensorBoard cannot be written to {_folder}: {exception.Message} The search goes on without them. Set AbsTensorBoard to a folder that can be written.");
        }
    }
}
