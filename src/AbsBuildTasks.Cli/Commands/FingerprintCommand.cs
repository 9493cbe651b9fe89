using System.CommandLine;
using AbsBuildTasks.Cli.Building;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs fingerprint [PROJECT]</c>.</summary>
internal static class FingerprintCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "fingerprint",
            "Say what a project's plans depend on, without searching.",
            "abs fingerprint src/Digits",
            "abs fingerprint src/Digits --explain",
            "abs fingerprint src/Digits --format json");
        var arguments = new BuildArguments(command);
        var explain = new Option<bool>("--explain") { Description = "Also say what changed since the plan that is there, and everything that the fingerprint covers." };
        command.Add(explain);
        var output = new JsonOption(command);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var (project, more) = arguments.Read(parsed);
            var code = BuildCommand.Run(host, "AbsFingerprint", project, more, isQuiet: true);
            if (code == ExitCodes.Ok)
            {
                var reports = Read(project);
                output.Write(host, parsed, reports.SelectMany(report => Lines(report, parsed.GetValue(explain))), reports.Select(Json));
            }

            return code;
        }));
        return command;
    }

    private static FingerprintReport[] Read(string project)
    {
        var folder = Directory.Exists(project) ? project : Path.GetDirectoryName(Path.GetFullPath(project))!;

        // The newest report of each model: other configurations leave theirs, too.
        FingerprintReport[] reports = [.. FingerprintReports.Of(folder).DistinctBy(report => report.Model).OrderBy(report => report.Model, StringComparer.Ordinal)];
        return reports.Length > 0
            ? reports
            : throw new AbsException(AbsCodes.PlanNotFound, $"The build of '{Printable.Escape(project)}' wrote no fingerprint; give the project an AbsModel item.");
    }

    private static IEnumerable<string> Lines(FingerprintReport report, bool isExplained) =>
        (isExplained ? Explanation(report) : []).Select(line => "  " + line).Prepend($"{Printable.Escape(report.Model)}  {Printable.Escape(report.Fingerprint)}");

    private static IEnumerable<string> Explanation(FingerprintReport report) =>
    [
        .. report.HasPlan ? ["no change since the plan that is there"] : report.Changes.Select(change => "changed: " + Printable.Escape(change)),
        .. report.Entries.Select(entry => $"{Printable.Escape(entry.Key)} = {Printable.Escape(entry.Value)}"),
    ];

    private static JToken? Json(FingerprintReport report) =>
        JsonConvert.DeserializeObject<JToken>(report.ToJson(), new JsonSerializerSettings { DateParseHandling = DateParseHandling.None });
}
