using System.CommandLine;
using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs fingerprint PROJECT</c>.</summary>
internal static class FingerprintCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "fingerprint",
            "Say what a project's plans depend on, without searching.",
            "abs fingerprint src/Digits",
            "abs fingerprint src/Digits --explain");
        var project = BuildCommand.ProjectArgument();
        var rest = BuildCommand.MSBuildArguments();
        var explain = new Option<bool>("--explain") { Description = "Also say what changed since the plan that is there, and everything that the fingerprint covers." };
        command.Add(project);
        command.Add(rest);
        command.Add(explain);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var path = parsed.GetRequiredValue(project);
            var code = BuildCommand.Run(host, "AbsFingerprint", path, parsed.GetValue(rest) ?? [], isQuiet: true);
            if (code == ExitCodes.Ok)
            {
                Print(host, path, parsed.GetValue(explain));
            }

            return code;
        }));
        return command;
    }

    private static void Print(CommandHost host, string project, bool isExplained)
    {
        var folder = Directory.Exists(project) ? project : Path.GetDirectoryName(Path.GetFullPath(project))!;

        // The newest report of each model: other configurations leave theirs, too.
        FingerprintReport[] reports = [.. FingerprintReports.Of(folder).DistinctBy(report => report.Model).OrderBy(report => report.Model, StringComparer.Ordinal)];
        if (reports.Length == 0)
        {
            throw new AbsException(AbsCodes.PlanNotFound, $"The build of '{Printable.Escape(project)}' wrote no fingerprint; give the project an AbsModel item.");
        }

        foreach (var report in reports)
        {
            host.Output.WriteLine($"{Printable.Escape(report.Model)}  {Printable.Escape(report.Fingerprint)}");
            foreach (var line in isExplained ? Explanation(report) : [])
            {
                host.Output.WriteLine("  " + line);
            }
        }
    }

    private static IEnumerable<string> Explanation(FingerprintReport report) =>
    [
        .. report.HasPlan ? ["no change since the plan that is there"] : report.Changes.Select(change => "changed: " + Printable.Escape(change)),
        .. report.Entries.Select(entry => $"{Printable.Escape(entry.Key)} = {Printable.Escape(entry.Value)}"),
    ];
}
