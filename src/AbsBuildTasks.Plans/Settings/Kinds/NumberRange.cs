using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Which numbers a setting may have.</summary>
/// <param name="Words">The range in docs/reference.md, after the word "number".</param>
/// <param name="Rule">The range in messages, as a sentence without its full stop.</param>
/// <param name="Holds">Whether a number is within; it need not refuse infinity.</param>
internal sealed record NumberRange(string Words, string Rule, Func<double, bool> Holds)
{
    /// <summary>Above 0.</summary>
    public static NumberRange AboveZero { get; } = new("above 0", "it must be above 0", value => value > 0);

    /// <summary>At least 0 and below 1.</summary>
    public static NumberRange BelowOne { get; } = new("from 0, below 1", "it is at least 0 and below 1", value => value is >= 0 and < 1);

    /// <summary>From 0 to 1.</summary>
    public static NumberRange Share { get; } = new("from 0 to 1", "it is a share from 0 to 1", value => value is >= 0 and <= 1);

    /// <summary>Any number from one on.</summary>
    public static NumberRange AtLeast(int least) =>
        new(FormattableString.Invariant($"from {least}"), FormattableString.Invariant($"it must be at least {least}"), value => value >= least);

    /// <summary>Fails where a number is not within.</summary>
    /// <exception cref="AbsException">ABS1005.</exception>
    public void Require(string name, double value)
    {
        if (!Holds(value) || double.IsInfinity(value))
        {
            throw new AbsException(AbsCodes.InvalidSetting, FormattableString.Invariant($"{name}=\"{value}\" is out of range; {Rule}."));
        }
    }
}
