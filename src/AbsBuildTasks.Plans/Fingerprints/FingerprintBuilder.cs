using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>Collects what a plan depends on: named entries, in any order, each name once.</summary>
internal sealed class FingerprintBuilder
{
    // Changes whenever equal entries would make another hash.
    private const string FormatVersion = "abs-fingerprint 1";

    /// <summary>The entry of a latency table's content.</summary>
    public const string LatencyTableEntry = "latency-table";

    /// <summary>The entry of the content of the weights that a search starts from.</summary>
    public const string WarmStartEntry = "warm-start";

    /// <summary>The entry of a model's name.</summary>
    public const string ModelEntry = "model";

    private readonly SortedDictionary<string, string> _entries = new(StringComparer.Ordinal);

    /// <summary>The fingerprint of entries, each name once.</summary>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public static Fingerprint Of(IEnumerable<KeyValuePair<string, string>> entries) =>
        entries.Aggregate(new FingerprintBuilder(), (builder, entry) => builder.Add(entry.Key, entry.Value)).Build();

    /// <summary>Adds a value, for example <c>engine</c> and a version.</summary>
    /// <exception cref="ArgumentException">The name has been added before.</exception>
    public FingerprintBuilder Add(string name, string value)
    {
        _entries.Add(name, value);
        return this;
    }

    /// <summary>Adds every setting of a search as <c>setting:Name</c>, but the sweep: its points are searches of their own, and change nothing in this one.</summary>
    public FingerprintBuilder AddSettings(SearchSettings settings) => SettingsTable.All
        .Where(setting => setting.Scope != SettingScope.Sweep)
        .Aggregate(this, (builder, setting) => builder.Add(EntryOf(setting), setting.WriteSearched(settings)));

    /// <summary>The name of a setting's entry.</summary>
    public static string EntryOf(Setting setting) => "setting:" + setting.Name;

    /// <summary>Hashes the entries.</summary>
    public Fingerprint Build()
    {
        // Lengths go before texts: no two lists of entries make the same bytes.
        using var bytes = new MemoryStream();
        Append(bytes, FormatVersion);
        foreach (var entry in _entries)
        {
            Append(bytes, entry.Key);
            Append(bytes, entry.Value);
        }

        bytes.Position = 0;
        return new(ContentHash.Of(bytes), [.. _entries]);
    }

    private static void Append(MemoryStream bytes, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var length = Encoding.ASCII.GetBytes(content.Length.ToString(CultureInfo.InvariantCulture) + ":");
        bytes.Write(length, 0, length.Length);
        bytes.Write(content, 0, content.Length);
    }
}
