using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Search.Contract;
using System.Globalization;
using TorchSharp;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>
/// Keeps what a stage of searches came to, by the hash of all that the stage depends on. Searches that differ only in what
/// comes after it begin with that: a sweep trains once, and so does who tries several budgets.
/// </summary>
/// <remarks>
/// Results of other keys stay, as other searches may run beside this one; the build removes them. Nothing that goes wrong here ends a search. Files may come from a
/// cache: they are used only where they are whole, and where all names, types and shapes are those of the network.
/// </remarks>
internal sealed class StageStore
{
    private readonly SearchJob _job;
    private readonly SearchStage _stage;
    private readonly TakenStages _taken;
    private readonly string? _path;
    private readonly string _mark;

    /// <summary>The store of a search; keeps nothing where the job names no folder, or no key.</summary>
    /// <param name="job">The search.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="taken">What the search has taken of earlier ones, and may take.</param>
    public StageStore(SearchJob job, SearchStage stage, TakenStages taken)
    {
        (_job, _stage, _taken) = (job, stage, taken);
        var key = job.StageKeys?.Of(stage);
        _mark = $"{key} on {(job.Device.type == DeviceType.CUDA ? "cuda" : "cpu")}, {torch.get_num_threads().ToString(CultureInfo.InvariantCulture)} threads";
        _path = job.StageDirectory is { } folder && key is not null ? Path.Combine(folder, stage.FileOf(key)) : null;
    }

    /// <summary>Takes an earlier result.</summary>
    /// <param name="exchange">Sets the network and what is known of it.</param>
    /// <returns>Whether there was one of this search's kind.</returns>
    /// <remarks>Where there was one that does not fit, the network may have been changed.</remarks>
    public bool TryLoad(Action<StateStream> exchange)
    {
        if (_path is null)
        {
            return false;
        }

        if (!_taken.MayTake(_stage))
        {
            // So what is there in the end is this search's, also where it could keep nothing.
            Remove();
            return false;
        }

        if (Open() is not { } state)
        {
            return false;
        }

        using (state)
        {
            try
            {
                exchange(state);
                state.End();
                _taken.Add(_stage);
                return true;
            }
            catch (Exception exception) when (exception is CheckpointException or IOException or UnauthorizedAccessException)
            {
                Refuse(exception);
                return false;
            }
        }
    }

    /// <summary>Keeps a result.</summary>
    /// <param name="exchange">Writes the network and what is known of it.</param>
    public void Save(Action<StateStream> exchange)
    {
        if (_path is null)
        {
            return;
        }

        try
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            CheckpointFile.Write(_path, _mark, exchange);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _job.Tell($"the {_stage.Title} cannot be kept for further searches: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private StateStream? Open()
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        try
        {
            return CheckpointFile.Open(_path, _mark);
        }
        catch (CheckpointException exception)
        {
            Refuse(exception);
            return null;
        }
    }

    private void Refuse(Exception exception)
    {
        _job.Tell($"the {_stage.Title} of an earlier search {(exception is CheckpointException ? exception.Message : "cannot be read")}; it is made anew");
        Remove();
    }

    private void Remove()
    {
        try
        {
            File.Delete(_path!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What follows writes over it.
        }
    }
}
