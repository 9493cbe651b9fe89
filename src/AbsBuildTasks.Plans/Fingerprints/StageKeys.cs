using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>Hashes of what the stages of a search depend on: 64 hexadecimal digits each, or null where a stage is the search's alone.</summary>
/// <param name="Training">Of <see cref="SearchStage.Training"/>.</param>
/// <param name="Baseline">Of <see cref="SearchStage.Baseline"/>.</param>
/// <param name="Search">Of <see cref="SearchStage.Search"/>.</param>
internal sealed record StageKeys(string? Training, string? Baseline, string? Search)
{
    /// <summary>The hashes of a search: over everything in its fingerprint but what changes only later stages. A model's name changes nothing.</summary>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="isHeld">Whether its decisions are given.</param>
    public static StageKeys Of(Fingerprint fingerprint, SearchSettings settings, bool isHeld)
    {
        return new(
            Without(setting => setting.Scope != SettingScope.Training, FingerprintBuilder.LatencyTableEntry),
            Without(setting => setting.Scope == SettingScope.Search, FingerprintBuilder.LatencyTableEntry),

            // A drop is from the baseline, which depends on fine-tuning, and is found by fine-tuning.
            isHeld || settings.Budget.Drop is not null ? null : Without(setting => setting.Scope == SettingScope.FineTuning));

        string Without(Func<Setting, bool> isLater, params string[] more)
        {
            var later = new HashSet<string>(SettingsTable.All.Where(isLater).Select(FingerprintBuilder.EntryOf).Concat(more).Append(FingerprintBuilder.ModelEntry), StringComparer.Ordinal);
            return FingerprintBuilder.Of(fingerprint.Entries.Where(entry => !later.Contains(entry.Key))).Hash;
        }
    }

    /// <summary>The hash of a stage.</summary>
    public string? Of(SearchStage stage) => stage == SearchStage.Training ? Training : stage == SearchStage.Baseline ? Baseline : Search;
}
