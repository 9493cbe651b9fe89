using System.Text;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Jobs;

/// <summary>The file that a queue runs: it takes a run's folder, looks whether all is there, and becomes the worker.</summary>
internal static class JobScript
{
    /// <summary>The job's exit code where the project's state is not there, or cannot be written: then nobody hears more of it.</summary>
    public const int NoFolder = 96;

    /// <summary>Its exit code where something else is missing, which the run's folder names.</summary>
    public const int Missing = 98;

    private const int MostRuns = 999;

    /// <summary>Writes the text.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="root">The folder in which the project's state lies; the job's is in it.</param>
    /// <param name="projectDirectory">Where the worker is to run.</param>
    /// <param name="variables">The worker's variables.</param>
    /// <param name="host">Full path of the program that runs the worker.</param>
    /// <param name="arguments">Its arguments; the path of the run's folder follows.</param>
    public static string Write(JobFolder folder, string root, string projectDirectory, IReadOnlyDictionary<string, string> variables, string host, IEnumerable<string> arguments)
    {
        var script = new StringBuilder();
        Line("#!/bin/sh");
        Line("# A build wrote this for a queue. It can be run again, and twice at a time: whoever has the whole result first, wins.");
        Line($"root={Quote(root)} job={Quote(folder.Folder)}");
        Line($"[ -d \"$root\" ] || exit {NoFolder}");
        Line("# Nobody wants it any more, or another copy was first.");
        Line($"[ -d \"$job\" ] && [ ! -e {Quote(StopRequest.PathIn(folder.Folder))} ] && [ ! -d {Quote(folder.Result)} ] || exit 0");
        Line($"[ -w \"$job\" ] || exit {NoFolder}");
        Line("number=1");
        Line("while ! mkdir \"$job/run-$number\" 2>/dev/null; do");
        Line($"  number=$((number + 1)); [ $number -le {MostRuns} ] || exit {NoFolder}");
        Line("done");
        Line("run=$job/run-$number");
        Line($"uname -n > \"{JobFolder.NodeOf("$run")}\"");
        Line("missing=");
        Line("while IFS= read -r path; do");
        Line("  [ -e \"$path\" ] || { missing=1; printf '%s\\n' \"$path\" >> \"$run/absent\"; }");
        Line($"done < {Quote(folder.Needs)}");
        Line($"[ -z \"$missing\" ] || {{ mv \"$run/absent\" \"{JobFolder.MissingOf("$run")}\"; exit {Missing}; }}");
        Line($"cd {Quote(projectDirectory)} || exit {NoFolder}");
        foreach (var variable in variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            Line($"export {variable.Key}={Quote(variable.Value)}");
        }

        Line($"exec {Quote(host)} {string.Join(" ", arguments.Select(Quote))} \"$run\" < /dev/null > \"{JobFolder.EventsOf("$run")}\" 2> \"{JobFolder.OutputOf("$run")}\"");
        return script.ToString();

        void Line(string line) => script.Append(line).Append('\n');
    }

    /// <summary>A word that a shell takes as it is.</summary>
    private static string Quote(string word) => $"'{word.Replace("'", "'\\''")}'";
}
