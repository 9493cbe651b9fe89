using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Why somebody accepted a plan.</summary>
/// <param name="Decisions">What was accepted: <see cref="IdOf"/>.</param>
/// <param name="On">The day, <c>2026-01-31</c>.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">The last day that the reason holds; null where it holds for good.</param>
internal sealed record Acceptance(string Decisions, string On, string By, string Reason, string? Until)
{
    /// <summary>The longest reason.</summary>
    public const int MaxReason = 1000;

    /// <summary>The longest name of a person.</summary>
    public const int MaxBy = 200;

    private const string DayFormat = "yyyy-MM-dd";
    private const int IdLength = 16;

    /// <summary>Whether the last day is over; days are written so that texts are in the order of days.</summary>
    /// <param name="today">A day.</param>
    public bool IsExpired(DateTime today) => Until is { } until && string.CompareOrdinal(until, Day(today)) < 0;

    /// <summary>The acceptance in a line: <c>by Ada on 2026-01-31, until 2026-03-31: the new camera</c>.</summary>
    public override string ToString() => $"by {By} on {On}{(Until is null ? "" : $", until {Until}")}: {Reason}";

    /// <summary>16 hexadecimal digits that stand for the decisions of a plan: the same where only metric and fingerprint differ.</summary>
    public static string IdOf(CompressionPlan plan) =>
        ContentHash.Of(PlanJson.Write(plan.Unmeasured with { Fingerprint = new string('0', plan.Fingerprint.Length) })).Substring(0, IdLength);

    /// <summary>An acceptance of today.</summary>
    /// <param name="plan">What is accepted.</param>
    /// <param name="today">The day.</param>
    /// <param name="by">Who accepts it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="until">The last day that the reason holds, or empty.</param>
    /// <exception cref="AbsException">ABS1005: a text is too long, or no day that is still to come.</exception>
    public static Acceptance Of(CompressionPlan plan, DateTime today, string by, string reason, string until)
    {
        Require("AbsAcceptReason", reason, MaxReason);
        Require("AbsAcceptBy", by, MaxBy);
        if (until.Length > 0 && (!IsDay(until) || string.CompareOrdinal(until, Day(today)) < 0))
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"AbsAcceptUntil=\"{Printable.Shorten(until, MaxBy)}\" is no day from today on; write it as {Day(today.AddMonths(3))}.");
        }

        return new(IdOf(plan), Day(today), by, reason, until.Length == 0 ? null : until);
    }

    /// <summary>Whether a text is a day of the calendar.</summary>
    public static bool IsDay(string text) => DateTime.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string Day(DateTime day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);

    private static void Require(string name, string text, int most)
    {
        if (text.Length > most)
        {
            throw new AbsException(AbsCodes.InvalidSetting, FormattableString.Invariant($"{name} has {text.Length} characters; {most} is the most."));
        }
    }
}
