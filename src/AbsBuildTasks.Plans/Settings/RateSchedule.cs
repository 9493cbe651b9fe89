using System.Globalization;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>
/// How the learning rate of full-precision training and of fine-tuning falls: along a cosine, in steps, or not at all.
/// </summary>
internal sealed class RateSchedule : IEquatable<RateSchedule>
{
    private const double StepFactor = 0.1;
    private const string StepsPrefix = "steps:";

    private readonly string _text;
    private readonly int[] _steps;

    private RateSchedule(string text, params int[] steps) => (_text, _steps) = (text, steps);

    /// <summary>From the full rate to 0 along half a cosine: <c>cosine</c>.</summary>
    public static RateSchedule Cosine { get; } = new("cosine");

    /// <summary>The full rate throughout: <c>constant</c>.</summary>
    public static RateSchedule Constant { get; } = new("constant");

    /// <summary>Reads <c>cosine</c>, <c>constant</c>, or <c>steps:80,120</c>: a tenth of the rate after each of these epochs.</summary>
    /// <exception cref="AbsException">ABS1005: not of this form.</exception>
    public static RateSchedule Parse(string text)
    {
        var name = text.Trim();
        if (new[] { Cosine, Constant }.FirstOrDefault(schedule => schedule._text.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known;
        }

        var parts = name.StartsWith(StepsPrefix, StringComparison.OrdinalIgnoreCase) ? name.Substring(StepsPrefix.Length).Split(',') : [];
        var steps = parts.Select(part => int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : 0).ToArray();
        return steps.Length > 0 && steps.Zip([0, .. steps], (epoch, before) => epoch > before).All(rises => rises)
            ? new RateSchedule(StepsPrefix + string.Join(",", steps.Select(epoch => epoch.ToString(CultureInfo.InvariantCulture))), steps)
            : throw new AbsException(AbsCodes.InvalidSetting, $"Schedule=\"{text}\" cannot be read; write cosine, constant, or rising numbers of epochs such as steps:80,120.");
    }

    /// <summary>The share of the full rate.</summary>
    /// <param name="progress">The share of the phase that is done, 0 to 1.</param>
    /// <param name="epochs">Epochs of the phase.</param>
    public double Factor(double progress, int epochs)
    {
        if (Equals(Cosine))
        {
            return (1 + Math.Cos(Math.PI * progress)) / 2;
        }

        // A share of an epoch that rounding alone takes away is no share.
        var done = (progress * epochs) + 1e-9;
        return Math.Pow(StepFactor, _steps.Count(epoch => epoch <= done));
    }

    /// <inheritdoc />
    public bool Equals(RateSchedule? other) => other is not null && _text == other._text;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as RateSchedule);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    /// <summary>The schedule as it is written in a project file.</summary>
    public override string ToString() => _text;
}
