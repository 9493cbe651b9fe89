using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Msbuild;

/// <summary>How far a search has come, in one line of the build's output.</summary>
internal static class ProgressLine
{
    /// <summary>Writes for example <c>abs: digits: search 3/10  loss 0.21  top-1 97.5  BOPs 4.1%</c>.</summary>
    public static string Of(string model, ProgressEvent progress) => string.Join("  ", new[]
    {
        Invariant($"abs: {model}: {progress.Phase} {progress.Epoch}/{progress.Epochs}"),
        progress.Loss is { } loss ? Invariant($"loss {Quantity.Number(loss, 4)}") : null,
        progress.Metric is { } metric ? Invariant($"{Printable.Escape(progress.MetricName ?? "metric")} {Quantity.Metric(metric, 0)}") : null,
        progress.RelativeBops is { } bops ? Invariant($"BOPs {100 * bops:0.0#}%") : null,
    }.OfType<string>());
}
