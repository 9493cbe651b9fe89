using System.Text;
using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>A search as a job in a queue: given to it, found again, asked after, and taken back.</summary>
/// <param name="engine">The queue.</param>
/// <param name="model">The model's name.</param>
/// <param name="state">The folder in which the search keeps its state.</param>
internal sealed class QueuedJob(QueueEngine engine, string model, string state)
{
    private const int UniqueLength = 8;
    private const int NameLength = 40;
    private const int LongestRequest = 1 << 24; // bytes

    private JobRecord? _record;

    /// <summary>Its folder.</summary>
    public JobFolder Folder { get; } = JobFolder.In(state);

    /// <summary>How messages call it, such as <c>job 64 of slurm</c>.</summary>
    public string Title => _record?.Title ?? "";

    /// <summary>The number of its first run.</summary>
    public int FirstRun => _record?.FirstRun ?? 1;

    /// <summary>When the search last kept its state; least where it has not.</summary>
    public DateTime Progress => Directory.Exists(state)
        ? Directory.GetFiles(state, "*.checkpoint").Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(DateTime.MinValue).Max()
        : DateTime.MinValue;

    /// <summary>How messages call the job that an earlier build gave to another queue; null where there is none.</summary>
    public string? Elsewhere => JobRecord.Read(Folder) is { Id.Length: > 0 } record && !IsHere(record) ? record.Title : null;

    /// <summary>Whether a request asks for stages of its own, and what is kept of an earlier build's job may have taken another search's.</summary>
    /// <param name="request">The request's text.</param>
    public bool IsTooOldFor(string request) => Afresh(request) is { } first && !first.IsFrom(Afresh(KeptRequest()));

    /// <summary>Finds the job that an earlier build gave to this queue.</summary>
    /// <returns>Whether there is one, ended or not. One in another queue is none.</returns>
    public bool Find()
    {
        var record = Recorded();
        var isGiven = record is { Id.Length: > 0 };
        _record = isGiven ? record : null;
        return isGiven;
    }

    /// <summary>Gives the search to the queue.</summary>
    /// <param name="content">What the job's folder holds, by file.</param>
    /// <param name="firstRun">The number that its first run will have at least.</param>
    /// <exception cref="AbsException">ABS3012: the queue refused it.</exception>
    public void Give(IReadOnlyDictionary<string, string> content, int firstRun)
    {
        OwnFolder.RequireNoLink(Folder.Folder);
        Directory.CreateDirectory(Folder.Folder);
        StopRequest.Remove(Folder.Folder);
        foreach (var file in content)
        {
            AtomicFile.Write(file.Key, Encoding.UTF8.GetBytes(file.Value));
        }

        // Where the last answer was lost, the job may be there under its name; Slurm lets a second one of that name wait.
        var lost = Recorded() is { Id.Length: 0 } record ? record.Name : null;
        _record = new(engine.Name, engine.Queue, "", lost ?? NewName(), firstRun);
        _record.Write(Folder);
        try
        {
            _record = _record with { Id = engine.Give(Folder.Script, Folder.Folder, _record.Name) };
        }
        catch (AbsException) when (lost is not null)
        {
            // It may have been refused for its name.
            Forget();
            throw;
        }

        _record.Write(Folder);
    }

    /// <summary>Asks after it.</summary>
    public JobStatus Ask() => engine.Ask(_record!.Id, _record.Name);

    /// <summary>Takes it back.</summary>
    /// <returns>Why that cannot be; null where the queue took it.</returns>
    public string? TakeBack() => engine.TakeBack(_record!.Id, _record.Name);

    /// <summary>Forgets it: the next build gives the search to the queue again.</summary>
    public void Forget() => File.Delete(Folder.Record);

    /// <summary>Copies the plan's files, in place of those that are there.</summary>
    /// <param name="target">An existing folder.</param>
    /// <exception cref="IOException">A file cannot be copied.</exception>
    public void CopyResult(string target)
    {
        OwnFolder.RequireNoLink(Folder.Result);
        foreach (var file in Directory.GetFiles(Folder.Result).Where(file => !FileLink.Is(file)))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
    }

    /// <summary>Removes the plan's files, which are those of another search.</summary>
    public void RemoveResult()
    {
        OwnFolder.RequireNoLink(Folder.Result);
        if (Directory.Exists(Folder.Result))
        {
            Directory.Delete(Folder.Result, recursive: true);
        }
    }

    /// <summary>Removes all that the job left, as what it made is of no use.</summary>
    public void Remove() => Directory.Delete(Folder.Folder, recursive: true);

    private static SearchStage? Afresh(string request)
    {
        try
        {
            return SearchStage.Of(SearchRequestJson.Read(request).Afresh);
        }
        catch (AbsException)
        {
            // Another version's, or none: it says nothing.
            return null;
        }
    }

    private string KeptRequest()
    {
        try
        {
            OwnFolder.RequireNoLink(Folder.Request);
            return OrdinaryFile.ReadTextAtMost(Folder.Request, LongestRequest) ?? "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private JobRecord? Recorded() => JobRecord.Read(Folder) is { } record && IsHere(record) ? record : null;

    private bool IsHere(JobRecord record) => record.Engine == engine.Name && record.Queue == engine.Queue;

    // Letters that every queue takes.
    private string NewName()
    {
        var letters = new string([.. model.Take(NameLength).Select(letter => letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') ? char.ToLowerInvariant(letter) : '-')]);
        return $"abs-{letters.Trim('-')}-{Guid.NewGuid().ToString("N").Substring(0, UniqueLength)}".Replace("--", "-");
    }
}
