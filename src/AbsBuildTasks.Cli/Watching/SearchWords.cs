using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>How far a search is, in words.</summary>
internal static class SearchWords
{
    private const int NameWidth = 30;

    /// <summary>What it is called, not too long.</summary>
    public static string Name(SearchState search) => Printable.Shorten(search.Label, NameWidth);

    /// <summary>The phase with its epochs, or how the search ended.</summary>
    public static string Phase(SearchState search) => search switch
    {
        { End: ErrorEvent error } => $"failed {Printable.Shorten(error.Code, 10)}",
        { End: not null } => "done",
        { HasEnded: true } => "ended",
        { Step: { } step } => Invariant($"{Printable.Shorten(step.Phase, 20)} {step.Epoch - 1}/{step.Epochs}"),
        { Progress: { } progress } => Invariant($"{Printable.Shorten(progress.Phase, 20)} {progress.Epoch}/{progress.Epochs}"),
        _ => "starting",
    };

    /// <summary>Loss, metric and cost, as far as they are known.</summary>
    public static string Numbers(SearchState search) => Join(
        search.Progress?.Loss is { } loss ? Invariant($"loss {Quantity.Number(loss, 4)}") : "",
        search.Metric is { } metric ? Invariant($"{Printable.Shorten(search.Progress?.MetricName ?? "metric", NameWidth)} {Quantity.Metric(metric, 0)}") : "",
        Bops(search));

    /// <summary>How far the epoch is that runs; empty where that is not known.</summary>
    public static string Step(SearchState search) => search is { HasEnded: false, Step: { } step } ? Invariant($"epoch {step.Epoch} at {100.0 * step.Step / step.Steps:0}%") : "";

    /// <summary>How long ago the build asked for it; empty where that is not known.</summary>
    public static string Elapsed(SearchState search, TimeSpan now) => search.Elapsed(now) is { } time ? $"{ShortTime.Of(time)} so far" : "";

    /// <summary>The time left; empty where nothing tells.</summary>
    public static string Left(SearchState search, TimeSpan now) => SearchPace.Words(search.TimeLeft(now));

    /// <summary>Puts parts side by side; empty ones are left out.</summary>
    public static string Join(params IEnumerable<string> parts) => string.Join("  ", parts.Where(part => part.Length > 0));

    private static string Bops(SearchState search)
    {
        var budget = search.Budget is { } most ? Invariant($"{100 * most:0.##}%") : null;
        return search.RelativeBops is { } bops
            ? Invariant($"BOPs {100 * bops:0.0#}%") + (budget is null ? "" : $" of {budget}")
            : budget is null ? "" : $"budget {budget}";
    }
}
