using System.Globalization;
using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>What is fixed about a layer before the search.</summary>
/// <param name="WeightBits">Bits of its weights, <see cref="CostModel.FullPrecisionBits"/> for not quantised; null where the search decides.</param>
/// <param name="ActivationBits">Bits of its inputs, likewise.</param>
/// <param name="Whole">Whether none of its filters is pruned.</param>
internal sealed record LayerRule(int? WeightBits, int? ActivationBits, bool Whole)
{
    /// <summary>Stands for bits that the search decides.</summary>
    public const string Any = "*";

    /// <summary>Nothing is fixed.</summary>
    public static LayerRule Free { get; } = new(null, null, false);

    /// <summary>The layer stays as it is: neither quantised nor pruned.</summary>
    public static LayerRule Keep { get; } = new(CostModel.FullPrecisionBits, CostModel.FullPrecisionBits, true);

    /// <summary>This rule, and where it says something another one instead.</summary>
    public LayerRule OverriddenBy(LayerRule other) => new(other.WeightBits ?? WeightBits, other.ActivationBits ?? ActivationBits, Whole || other.Whole);

    /// <summary>The bits as they are written in a project file, <c>8/*</c> where those of one are left to the search; null where both are.</summary>
    public string? Bits => WeightBits is null && ActivationBits is null ? null : $"{Written(WeightBits)}/{Written(ActivationBits)}";

    /// <summary>The rule as it is written in a project file.</summary>
    public override string ToString() => this == Keep
        ? "keep"
        : string.Join(",", new[] { Bits, Whole ? "whole" : null }.OfType<string>());

    private static string Written(int? bits) => bits?.ToString(CultureInfo.InvariantCulture) ?? Any;
}
