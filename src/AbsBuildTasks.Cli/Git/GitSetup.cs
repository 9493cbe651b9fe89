using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Git;

/// <summary>Tells git how to show snapshots, and that two of them cannot be merged.</summary>
internal static class GitSetup
{
    /// <summary>The line of <c>.gitattributes</c>: what snapshots are shown and merged by.</summary>
    public const string Attributes = "*.plan.verified.json diff=abs merge=abs";

    // Without the file's name: git says it itself, and a shell reads this.
    private const string Driver = "echo \"abs: both sides changed a plan, and no mixture of two plans is one. Yours stays in the file: search again, then accept (abs search, abs accept).\" >&2; exit 1";

    private const int MostAttributes = 1 << 20;

    /// <summary>Sets up a repository: sets what is named <c>abs</c> in its config file, and adds a line to its attributes.</summary>
    /// <param name="folder">A folder of it.</param>
    /// <param name="program">How git starts the command line: <c>abs</c>, or <c>dotnet abs</c> for a local tool.</param>
    /// <returns>What holds now, a line each.</returns>
    /// <exception cref="AbsException">ABS4006: there is no repository, or git refuses.</exception>
    public static IReadOnlyList<string> Run(string folder, string program)
    {
        var repository = GitRepository.Of(folder);
        (string Name, string Value)[] settings =
        [
            ("diff.abs.textconv", $"{program} show --alone --format text --"),
            ("diff.abs.cachetextconv", "true"),
            ("merge.abs.name", "compression plans of AbsBuildTasks"),
            ("merge.abs.driver", Driver),
        ];
        foreach (var (name, value) in settings)
        {
            repository.Set(name, value);
        }

        var attributes = Path.Combine(repository.Root, ".gitattributes");
        var added = Add(attributes);
        return
        [
            $"git diff, log and show compare snapshots as text: {settings[0].Value}",
            "git merge leaves a snapshot that both sides changed as it is, and says that it must be searched again",
            $"{Printable.Escape(attributes)}: {(added ? "added" : "has")} \"{Attributes}\"{(added ? "; commit it" : "")}",
        ];
    }

    private static bool Add(string file)
    {
        var content = File.Exists(file)
            ? OrdinaryFile.ReadAtMost(file, MostAttributes) ?? throw new AbsException(AbsCodes.FileAccess, $"'{Printable.Escape(file)}' is too large; add this line yourself: {Attributes}")
            : [];
        var text = Encoding.UTF8.GetString(content);
        if (text.Split('\n').Any(line => line.Trim() == Attributes))
        {
            return false;
        }

        AtomicFile.Write(file, [.. content, .. Encoding.UTF8.GetBytes((text.Length > 0 && !text.EndsWith('\n') ? "\n" : "") + Attributes + "\n")]);
        return true;
    }
}
