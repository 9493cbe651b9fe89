using System.Globalization;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Search.Contract;
using TorchSharp;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>
/// Keeps what full-precision training came to. Searches that differ only in what comes after it, as in their budget,
/// begin with that: a sweep trains once, and so does who tries several budgets.
/// </summary>
/// <remarks>A folder holds the latest training only. Nothing that goes wrong here ends a search.</remarks>
internal sealed class TrainingStore
{
    private const string Ending = ".training";

    private readonly SearchJob _job;
    private readonly string? _path;
    private readonly string _training;

    /// <summary>The store of a search; keeps nothing where the job names no folder.</summary>
    public TrainingStore(SearchJob job)
    {
        _job = job;
        _training = $"{job.TrainingKey} on {(job.Device.type == DeviceType.CUDA ? "cuda" : "cpu")}, {torch.get_num_threads().ToString(CultureInfo.InvariantCulture)} threads";
        _path = job is { TrainingDirectory: { } folder, TrainingKey: { } key } ? Path.Combine(folder, key + Ending) : null;
    }

    /// <summary>Takes an earlier training.</summary>
    /// <param name="exchange">Sets the network and what is known of it.</param>
    /// <returns>Whether there was one of this search's kind.</returns>
    /// <remarks>Where there was one that does not fit, the network may have been changed.</remarks>
    public bool TryLoad(Action<StateStream> exchange)
    {
        if (_path is null || _job.TrainsAfresh || Open() is not { } state)
        {
            return false;
        }

        using (state)
        {
            try
            {
                exchange(state);
                state.End();
                return true;
            }
            catch (Exception exception) when (exception is CheckpointException or IOException or UnauthorizedAccessException)
            {
                Refuse(exception);
                return false;
            }
        }
    }

    /// <summary>Keeps a training in place of those before.</summary>
    /// <param name="exchange">Writes the network and what is known of it.</param>
    public void Save(Action<StateStream> exchange)
    {
        if (_path is null)
        {
            return;
        }

        try
        {
            var folder = Path.GetDirectoryName(_path)!;
            _ = Directory.CreateDirectory(folder);
            CheckpointFile.Write(_path, _training, exchange);
            foreach (var earlier in Directory.GetFiles(folder, "*" + Ending).Where(file => file != _path))
            {
                File.Delete(earlier);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _job.Tell($"the full-precision training cannot be kept for further searches: {exception.Message.ReplaceLineEndings(" ")}");
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
            return CheckpointFile.Open(_path, _training);
        }
        catch (CheckpointException exception)
        {
            Refuse(exception);
            return null;
        }
    }

    private void Refuse(Exception exception)
    {
        _job.Tell($"the full-precision training of an earlier search {(exception is CheckpointException ? exception.Message : "cannot be read")}; training anew");
        try
        {
            File.Delete(_path!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The training that follows writes over it.
        }
    }
}
