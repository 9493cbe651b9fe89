using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Shows one change after the other, and asks about each.</summary>
/// <param name="host">What the command runs in.</param>
internal sealed class AcceptanceWalk(CommandHost host)
{
    /// <summary>Asks about each change; nothing is asked behind an answer that ends it, or the end of the input.</summary>
    /// <param name="changes">The changes.</param>
    /// <returns>Those to accept.</returns>
    public IReadOnlyList<ModelDiff> Ask(IReadOnlyList<ModelDiff> changes)
    {
        List<ModelDiff> accepted = [];
        for (var index = 0; index < changes.Count; index++)
        {
            Show(changes[index]);
            switch (Answer($"Accept the plan of '{Printable.Escape(changes[index].Model)}' ({index + 1} of {changes.Count})? [y]es, [n]o, [a]ll from here, [q]uit: "))
            {
                case 'y':
                    accepted.Add(changes[index]);
                    break;
                case 'a':
                    return [.. accepted, .. changes.Skip(index)];
                case 'q':
                    return accepted;
            }
        }

        return accepted;
    }

    private void Show(ModelDiff change)
    {
        var report = DiffReport.Of(PlanSetDiff.Of(basis: null, [change]));
        if (host.IsRich)
        {
            RichOutput.Write(host.Output, report);
        }
        else
        {
            host.Output.WriteLine(Plans.Reports.Layout.ReportText.Write(report));
        }
    }

    private char Answer(string question)
    {
        while (true)
        {
            host.Output.Write(question);
            host.Output.Flush();
            switch (host.Input.ReadLine()?.Trim().ToLowerInvariant())
            {
                case "y" or "yes":
                    return 'y';
                case "n" or "no":
                    return 'n';
                case "a" or "all":
                    return 'a';
                case "q" or "quit":
                    return 'q';
                case null:
                    host.Output.WriteLine();
                    return 'q';
            }
        }
    }
}
