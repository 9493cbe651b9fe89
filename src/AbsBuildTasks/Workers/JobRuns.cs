using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Follows the runs of a job: it may be begun again, on another machine, and the latest run is the one that tells.</summary>
/// <param name="folder">The job's folder.</param>
/// <param name="onEvent">Told what the runs' workers report, in order, but for their last words.</param>
/// <param name="onText">Told what else they print.</param>
internal sealed class JobRuns(JobFolder folder, Action<WorkerEvent> onEvent, Action<string> onText)
{
    private const int MostNames = 3;
    private const int Longest = 1 << 20; // bytes

    private int _number;
    private GrowingFile? _events;
    private GrowingFile? _output;

    /// <summary>What the latest run's worker has said; nothing where there is none yet.</summary>
    public WorkerReports Reports { get; private set; } = new(onEvent, onText);

    /// <summary>How often all that were followed have reported.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a run's files are the whole result.</summary>
    public bool HasResult => Directory.Exists(folder.Result);

    /// <summary>The number that the next run will have at least.</summary>
    public int Next => _number + 1;

    /// <summary>Leaves out all runs before one.</summary>
    /// <param name="first">Its number.</param>
    public void StartAt(int first) => (_number, _events, _output, Reports) = (first - 1, null, null, new(onEvent, onText));

    /// <summary>Leaves out all runs that there are.</summary>
    public void StartAfresh()
    {
        var number = _number;
        while (Directory.Exists(folder.Run(number + 1)))
        {
            number++;
        }

        StartAt(number + 1);
    }

    /// <summary>Reads what there is since the last call.</summary>
    /// <param name="isWhole">Whether nothing more will come.</param>
    public void Read(bool isWhole = false)
    {
        ReadLines(isWhole);
        while (Directory.Exists(folder.Run(_number + 1)))
        {
            StartAt(_number + 2);
            (_events, _output) = (new(JobFolder.EventsOf(folder.Run(_number))), new(JobFolder.OutputOf(folder.Run(_number))));
            ReadLines(isWhole);
        }
    }

    /// <summary>What was not there where the latest run began, one short line; null where all was, or nothing is known.</summary>
    public string? Missing()
    {
        var run = folder.Run(_number);
        try
        {
            if (_events is null || !File.Exists(JobFolder.MissingOf(run)) || OrdinaryFile.ReadTextAtMost(JobFolder.MissingOf(run), Longest) is not { } text)
            {
                return null;
            }

            var paths = text.Split(['\n'], StringSplitOptions.RemoveEmptyEntries);
            var node = (OrdinaryFile.ReadTextAtMost(JobFolder.NodeOf(run), Longest) ?? "").Trim();
            return FormattableString.Invariant($"{(node.Length > 0 ? $"the machine {node}" : "the machine where it began")} does not have {string.Join(", ", paths.Take(MostNames).Select(path => $"'{path}'"))}{(paths.Length > MostNames ? $" and {paths.Length - MostNames} more" : "")}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void ReadLines(bool isWhole)
    {
        var before = Reports.Count;
        _output?.Read(Reports.ReadError, isWhole);
        _events?.Read(Reports.ReadOutput, isWhole);
        Count += Reports.Count - before;
    }
}
