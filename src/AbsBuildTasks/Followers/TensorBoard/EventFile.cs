using System.Globalization;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Followers.TensorBoard;

/// <summary>The event file of one run, in which no curve has a step twice.</summary>
/// <remarks>
/// A step that comes again takes the place of those of its curve from there on: a search that was killed repeats what its
/// last checkpoint did not have. Then a file with the next number takes the place of this one, as a TensorBoard that is
/// running goes from file to file, and never back.
/// </remarks>
internal sealed class EventFile
{
    private const string Prefix = "events.out.tfevents.";
    private const string Suffix = ".abs";
    private const string NumberFormat = "D10";
    private const string Version = "brain.Event:2";

    // A thousand layers have their bits in 500 epochs. Larger ones are no longer gone on with.
    private const int MaxLength = 1 << 26;

    private readonly string _folder;
    private readonly Dictionary<string, long> _latest = new(StringComparer.Ordinal);
    private int _number;

    /// <summary>Opens the file of a run.</summary>
    /// <param name="folder">The run's own folder; made where missing.</param>
    /// <param name="goesOn">Whether to go on with the file that is there. Otherwise it is removed.</param>
    /// <exception cref="IOException">The folder cannot be written, or is a link.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    public EventFile(string folder, bool goesOn)
    {
        _folder = folder;
        OwnFolder.RequireNoLink(folder);
        Directory.CreateDirectory(folder);
        _number = Numbers().DefaultIfEmpty(0).Max();
        if (goesOn && File.Exists(PathOf(_number)) && Read() is var (events, isWhole))
        {
            if (!isWhole)
            {
                Replace(events);
            }

            foreach (var each in events)
            {
                Remember(each);
            }
        }
        else
        {
            _number++;
        }

        RemoveOthers();
    }

    /// <summary>Appends values of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">Curves by their tags, and their values.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public void Add(long step, IReadOnlyList<(string Tag, double Value)> values)
    {
        var summary = new Summary { Value = { values.Select(each => new Summary.Types.Value { Tag = each.Tag, SimpleValue = (float)each.Value }) } };
        var again = new HashSet<string>(values.Select(each => each.Tag).Where(tag => _latest.TryGetValue(tag, out var latest) && latest >= step), StringComparer.Ordinal);
        if (again.Count > 0 && Read() is var (events, _))
        {
            Replace([.. events.Select(each => Without(each, again, step))]);
            RemoveOthers();
        }

        var added = new Event { WallTime = Now(), Step = step, Summary = summary };
        Append(added);
        Remember(added);
    }

    private static Event Without(Event each, HashSet<string> tags, long from)
    {
        if (each.Summary is null || each.Step < from)
        {
            return each;
        }

        var rest = each.Clone();
        rest.Summary.Value.Clear();
        rest.Summary.Value.Add(each.Summary.Value.Where(value => !tags.Contains(value.Tag)));
        return rest;
    }

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private static byte[] Header() => EventRecords.Write(new() { WallTime = Now(), FileVersion = Version });

    private void Remember(Event each)
    {
        foreach (var value in each.Summary?.Value ?? [])
        {
            _latest[value.Tag] = each.Step;
        }
    }

    private (IReadOnlyList<Event> Events, bool IsWhole)? Read()
    {
        var content = File.Exists(PathOf(_number)) ? OrdinaryFile.ReadAtMost(PathOf(_number), MaxLength) : null;
        return content is null ? null : (EventRecords.Read(content, out var isWhole), isWhole);
    }

    private void Replace(IReadOnlyList<Event> events)
    {
        _number++;
        AtomicFile.Write(PathOf(_number), [.. events.SelectMany(EventRecords.Write)]);
    }

    private void Append(Event added)
    {
        var path = PathOf(_number);
        OwnFolder.RequireNoLink(path);
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete);
        var record = EventRecords.Write(added);

        // Also where somebody has removed the file in between.
        byte[] content = stream.Length == 0 ? [.. Header(), .. record] : record;
        stream.Write(content, 0, content.Length);
    }

    private void RemoveOthers()
    {
        foreach (var other in Numbers().Where(number => number != _number))
        {
            File.Delete(PathOf(other));
        }
    }

    private string PathOf(int number) => Path.Combine(_folder, Prefix + number.ToString(NumberFormat, CultureInfo.InvariantCulture) + Suffix);

    private int[] Numbers() => [.. Directory.GetFiles(_folder, Prefix + "*" + Suffix)
        .Select(Path.GetFileName)
        .Select(name => name.Substring(Prefix.Length, name.Length - Prefix.Length - Suffix.Length))
        .Where(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
}
