using System.Text;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.State;

/// <summary>
/// What a build that went well saw of all files that its plans come from and go to. Where the next one sees the same it
/// has nothing to do.
/// </summary>
/// <remarks>
/// A build in a new process spends its time on starting code, so what finds a record current takes little of it: no JSON,
/// no hashes, no queries. The record is open from the search on, which is when inputs are looked at, and counts once the
/// build is through with all that follows.
/// </remarks>
internal sealed class BuildRecord
{
    /// <summary>The most files worth looking at one by one.</summary>
    private const int MaxInputs = 10_000;

    private const string Key = "key";
    private const string Build = "build";
    private const string Log = "log";
    private const string Warning = "warning";
    private const string Seen = "seen";
    private const string Plan = "plan";
    private const string Kept = "kept";
    private const string End = "end";

    private readonly string _path;
    private readonly List<string> _lines = [];
    private bool _isSound = true;

    private BuildRecord(string path) => _path = path;

    /// <summary>Tells this build's record from that of another that runs at the same time.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Where a project's record is.</summary>
    /// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans.</param>
    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "build.tsv");

    /// <summary>Begins the record of a build; there is none until it is closed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">All that a build is told, as <see cref="BuildKey"/> writes it; empty where it is not to be recorded.</param>
    /// <param name="inputs">Files and folders that plans are made from, which have not been read yet.</param>
    public static BuildRecord Begin(string path, string key, IEnumerable<string> inputs)
    {
        var record = new BuildRecord(path) { _isSound = key.Length > 0 && Try(() => Remove(path)) };
        record._lines.Add(Key + "\t" + key);
        record._lines.Add(Build + "\t" + record.Id);
        string[] seen = record._isSound ? [.. inputs.Take(MaxInputs + 1)] : [];
        record._isSound &= seen.Length <= MaxInputs;
        record.Add(Seen, seen);
        return record;
    }

    /// <summary>Adds what a build says where it says everything.</summary>
    public void AddLog(IEnumerable<string> lines)
    {
        if (_isSound)
        {
            _lines.Add(Log + "\t" + LineText.Encode(string.Join("\n", lines)));
        }
    }

    /// <summary>Adds a warning that holds as long as nothing changes: what finds the record current repeats it.</summary>
    public void AddWarning(string code, string text)
    {
        if (_isSound)
        {
            _lines.Add($"{Warning}\t{code}\t{LineText.Encode(text)}");
        }
    }

    /// <summary>Adds the files of plans, and what else belongs to them; and leaves the record for <see cref="Close"/>.</summary>
    public void Leave(IEnumerable<string> plans, IEnumerable<string> kept)
    {
        Add(Plan, plans);
        Add(Kept, kept);
        Write();
    }

    /// <summary>Ends the record that a build has left, where it has, and no other build has begun one since.</summary>
    /// <param name="path">The file.</param>
    /// <param name="id">The build's <see cref="Id"/>.</param>
    /// <param name="outputs">Files and folders that the build has looked at or written since.</param>
    public static void Close(string path, string id, IEnumerable<string> outputs)
    {
        var lines = Read(path);
        if (lines.Length < 2 || lines[1] != Build + "\t" + id)
        {
            return;
        }

        var record = new BuildRecord(path);
        record._lines.AddRange(lines);
        record.Add(Seen, outputs);
        record._lines.Add(End);
        record.Write();
    }

    /// <summary>Finds the record of an earlier build, if all is as that build left it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">All that this build is told.</param>
    /// <returns>What it says; null where there is something to do, or the record is damaged.</returns>
    public static CurrentBuild? FindCurrent(string path, string key)
    {
        var lines = Read(path);
        if (lines.Length < 3 || lines[0] != Key + "\t" + key || lines[lines.Length - 1] != End)
        {
            return null;
        }

        var found = new CurrentBuild([], [], [], []);
        for (var i = 2; i < lines.Length - 1; i++)
        {
            var parts = lines[i].Split('\t');
            if (parts.Length == 2 && parts[0] == Log && LineText.Decode(parts[1]) is { } text)
            {
                found.Log.Add(text);
            }
            else if (parts.Length == 3 && parts[0] == Warning && LineText.Decode(parts[2]) is { } warning)
            {
                found.Warnings.Add((parts[1], warning));
            }
            else if (parts.Length != 4 || FileState.Of(parts[3]).ToString() != parts[1] + "\t" + parts[2])
            {
                return null;
            }
            else if (parts[0] == Plan)
            {
                found.Plans.Add(parts[3]);
            }
            else if (parts[0] == Kept)
            {
                found.Kept.Add(parts[3]);
            }
        }

        return found;
    }

    private static string[] Read(string path)
    {
        string[] lines = [];
        return File.Exists(path) && Try(() => lines = OrdinaryFile.ReadAllLines(path)) ? lines : [];
    }

    private static void Remove(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    // What fails costs the next build some time; another build may have removed or be reading the file.
    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Add(string kind, IEnumerable<string> paths)
    {
        var now = DateTime.UtcNow;
        foreach (var path in _isSound ? paths : [])
        {
            var state = FileState.Of(path);
            _isSound &= state.HasSettled(now) && path.IndexOfAny(['\t', '\r', '\n']) < 0;
            _lines.Add($"{kind}\t{state}\t{path}");
        }
    }

    private void Write() => _ = _isSound && Try(() => AtomicFile.Write(_path, Encoding.UTF8.GetBytes(string.Join("\n", _lines))));
}
