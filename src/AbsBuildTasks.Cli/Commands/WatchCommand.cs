using System.CommandLine;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs watch [FOLDER]</c>.</summary>
internal static class WatchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand("watch", "Follow the searches that run for the projects in a folder, whoever started them.", "abs watch", "abs watch src/Digits");
        var folder = new Argument<string>("FOLDER") { Description = "A project's folder, or one above it. Default: the current folder.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        command.Add(folder);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var where = parsed.GetRequiredValue(folder);
            var watch = new SearchWatch(where);
            if (!watch.Look(TimeSpan.Zero))
            {
                host.Output.WriteLine($"No search runs in '{Printable.Escape(where)}'.");
            }
            else if (host.IsRich)
            {
                watch.Draw(RichOutput.CreateConsole(host.Output));
            }
            else
            {
                watch.Print(host.Output);
            }

            return ExitCodes.Ok;
        }));
        return command;
    }
}
