using System.Xml.Linq;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>What a reviewer asks first: is the plan accepted, by what, what does it do, and why is it another.</summary>
internal static class VerdictPart
{
    private const int SayingLength = 200;

    /// <summary>The part.</summary>
    /// <param name="model">The plan and what it is compared with.</param>
    /// <param name="basis">What that is, for a reader; null for the snapshot.</param>
    /// <returns>Null where nobody judges the plan and nothing is compared.</returns>
    public static XElement? Render(ModelDiff model, string? basis)
    {
        if (model is { Verdict: null, Before: null })
        {
            return null;
        }

        // A new plan's figures stand right below.
        var blocks = model.Before is null ? [.. VerdictWords.Lead(model), .. VerdictWords.Place(model)] : DiffReport.Summary(model);
        var title = ReportBlocks.Render(VerdictWords.Title(model));
        return Html.Element(
            "section",
            new XAttribute("id", "verdict"),
            Html.Class("verdict " + Style(model.Verdict)),
            new XAttribute("aria-labelledby", "verdict-heading"),
            Html.Element("h2", new XAttribute("id", "verdict-heading"), title),
            model.Before is null ? null : basis is null ? Html.Element("p", "Compared with the snapshot.") : Html.Element("p", "Compared with ", Html.Element("bdi", Printable.Shorten(basis, SayingLength)), "."),
            ReportBlocks.Render(blocks));
    }

    private static string Style(PlanVerdict? verdict) => verdict?.Kind switch
    {
        VerdictKind.Accepted or VerdictKind.Allowed => "good",
        VerdictKind.Refused => "bad",
        _ => "plain",
    };
}
