using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>
/// Layers to pin or leave alone: <c>conv1:8/8;fc:*/4;head:keep;blocks.*.conv2:whole</c>, each a pattern of layer names and
/// rules; later entries win over earlier ones.
/// </summary>
internal sealed class LayerRules : IEquatable<LayerRules>
{
    private const string Example = "write for example Layers=\"conv1:8/8;head:keep;blocks.*:whole\"";

    private readonly (string Pattern, LayerRule Rule)[] _entries;

    private LayerRules((string Pattern, LayerRule Rule)[] entries) => _entries = entries;

    /// <summary>No rules.</summary>
    public static LayerRules None { get; } = new([]);

    /// <summary>The entries' patterns of layer names, with <c>*</c> and <c>?</c>.</summary>
    public IEnumerable<string> Patterns => _entries.Select(entry => entry.Pattern);

    /// <summary>The pairs of bits of those entries that fix both.</summary>
    public IEnumerable<BitPair> Pairs => _entries.Where(entry => entry.Rule is { WeightBits: not null, ActivationBits: not null }).Select(entry => new BitPair(entry.Rule.WeightBits!.Value, entry.Rule.ActivationBits!.Value));

    /// <summary>Reads entries separated by semicolons; an empty text is none.</summary>
    /// <exception cref="AbsException">ABS1005: not of this form, or a bitwidth that there is not.</exception>
    public static LayerRules Parse(string text) => new(
    [
        .. text.Split(';').Select(entry => entry.Trim()).Where(entry => entry.Length > 0).Select(entry =>
        {
            var colon = entry.LastIndexOf(':');
            var pattern = entry.Substring(0, Math.Max(0, colon)).Trim();
            var rules = entry.Substring(colon + 1).Split(',').Select(rule => rule.Trim()).ToArray();
            return pattern.Length > 0
                ? (pattern, rules.Aggregate(LayerRule.Free, (sum, rule) => sum.OverriddenBy(ReadRule(text, rule))))
                : throw Wrong(text, $"'{entry}' is not a pattern of layer names, a colon and rules; {Example}");
        }),
    ]);

    /// <summary>What is fixed about a layer.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="otherwise">What holds where no entry says anything.</param>
    public LayerRule For(string layer, LayerRule otherwise) =>
        _entries.Where(entry => Wildcard.Matches(entry.Pattern, layer)).Aggregate(otherwise, (sum, entry) => sum.OverriddenBy(entry.Rule));

    /// <summary>Fails where a pattern matches no layer: a misspelt name would pass for one that is left to the search.</summary>
    /// <param name="layers">The names of all layers.</param>
    /// <param name="others">The names of what else the network has, about which nothing is decided, the same in words that say why, and its bits.</param>
    /// <exception cref="AbsException">ABS1009; the message lists near names, or says why what has the name is no layer of the plan.</exception>
    public void RequireMatches(IReadOnlyList<string> layers, IReadOnlyList<(string Name, string Words, int Bits)> others)
    {
        if (Patterns.FirstOrDefault(pattern => !layers.Any(layer => Wildcard.Matches(pattern, layer))) is { } unmatched)
        {
            if (others.FirstOrDefault(other => Wildcard.Matches(unmatched, other.Name)) is { Words: not null } found)
            {
                throw new AbsException(AbsCodes.LayerNotFound, FormattableString.Invariant($"Layers: '{unmatched}' matches {Printable.Escape(found.Words)}, which stays at {found.Bits} bits whatever Layers says, and no layer that the search decides about. Take the entry out."));
            }

            throw new AbsException(AbsCodes.LayerNotFound, $"Layers: '{unmatched}' matches no weighted layer of the network; near names: {string.Join(", ", NearName.Nearest(unmatched, layers).Select(Printable.Escape))}.");
        }
    }

    /// <inheritdoc />
    public bool Equals(LayerRules? other) => other is not null && _entries.SequenceEqual(other._entries);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as LayerRules);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>The rules as they are written in a project file.</summary>
    public override string ToString() => string.Join(";", _entries.Select(entry => $"{entry.Pattern}:{entry.Rule}"));

    private static LayerRule ReadRule(string text, string rule) => rule switch
    {
        "whole" => LayerRule.Free with { Whole = true },
        "keep" => LayerRule.Keep,
        _ when rule.Split('/') is [var weights, var activations] && (ReadBits(text, weights), ReadBits(text, activations)) is var (w, a) && (w ?? a) is not null => new LayerRule(w, a, false),
        _ => throw Wrong(text, $"'{rule}' is not a rule; the rules are W/A (bits of weights and activations, {LayerRule.Any} for one that the search decides), whole and keep"),
    };

    private static int? ReadBits(string text, string bits) => bits.Trim() == LayerRule.Any
        ? null
        : int.TryParse(bits.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && BitPair.IsBitwidth(value)
            ? value
            : throw Wrong(text, FormattableString.Invariant($"'{bits}' is not a bitwidth; use {BitPair.Fewest} to {BitPair.Most}, {CostModel.FullPrecisionBits} for not quantised, or {LayerRule.Any} for what the search decides"));

    private static AbsException Wrong(string text, string what) => new(AbsCodes.InvalidSetting, $"Layers=\"{text}\": {what}.");
}
