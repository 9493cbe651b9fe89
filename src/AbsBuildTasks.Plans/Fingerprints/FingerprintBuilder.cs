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
    public FingerprintBuilder AddSettings(SearchSettings settings) => this
        .AddSetting(nameof(settings.Budget), settings.Budget)
        .AddSetting(nameof(settings.Bits), settings.Bits)
        .AddSetting(nameof(settings.Grid), settings.Grid)
        .AddSetting(nameof(settings.FilterGroup), settings.FilterGroup)
        .AddSetting(nameof(settings.KeepFirstAndLast), settings.KeepFirstAndLast)
        .AddSetting(nameof(settings.Gate), settings.Gate)
        .AddSetting(nameof(settings.Layers), settings.Layers)
        .AddSetting(nameof(settings.Seed), settings.Seed)
        .AddSetting(nameof(settings.BatchSize), settings.BatchSize)
        .AddSetting(nameof(settings.TrainEpochs), settings.TrainEpochs)
        .AddSetting(nameof(settings.SearchEpochs), settings.SearchEpochs)
        .AddSetting(nameof(settings.FineTuneEpochs), settings.FineTuneEpochs)
        .AddSetting(nameof(settings.Optimizer), settings.Optimizer)
        .AddSetting(nameof(settings.Momentum), settings.Momentum)
        .AddSetting(nameof(settings.WeightDecay), settings.WeightDecay)
        .AddSetting(nameof(settings.LearningRate), settings.LearningRate)
        .AddSetting(nameof(settings.SearchLearningRate), settings.SearchLearningRate)
        .AddSetting(nameof(settings.FineTuneLearningRate), settings.FineTuneLearningRate)
        .AddSetting(nameof(settings.Schedule), settings.Schedule)
        .AddSetting(nameof(settings.WeightNormalization), settings.WeightNormalization)
        .AddSetting(nameof(settings.GateLearningRate), settings.GateLearningRate)
        .AddSetting(nameof(settings.Distillation), settings.Distillation)
        .AddSetting(nameof(settings.Baseline), settings.Baseline);

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

    private FingerprintBuilder AddSetting(string name, object? value) => Add("setting:" + name, value switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    });
}
