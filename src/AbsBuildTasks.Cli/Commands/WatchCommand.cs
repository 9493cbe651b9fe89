using System.CommandLine;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Cli.Serving;
using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs watch [FOLDER]</c>.</summary>
internal static class WatchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand("watch", "Follow the searches that run for the projects in a folder, whoever started them.", "abs watch", "abs watch src/Digits", "abs watch --serve");
        var folder = new Argument<string>("FOLDER") { Description = "A project's folder, or one above it. Default: the current folder.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        command.Add(folder);
        var serves = new Option<bool>("--serve") { Description = "Show them as a page that only this machine can open, until Ctrl+C." };
        command.Add(serves);
        var port = new Option<int?>("--port") { Description = "With --serve: the page's port, from 1 to 65535. Default: any that is free." };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is not (null or (>= 1 and <= ushort.MaxValue)))
            {
                result.AddError("--port must be from 1 to 65535.");
            }
            else if (!result.GetResult(serves)?.GetValueOrDefault<bool>() ?? true)
            {
                result.AddError("--port goes with --serve.");
            }
        });
        command.Add(port);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var where = parsed.GetRequiredValue(folder);
            var watch = new SearchWatch(where);
            if (parsed.GetValue(serves))
            {
                Serve(host, watch, where, parsed.GetValue(port));
            }
            else if (!watch.Look(TimeSpan.Zero))
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

    private static void Serve(CommandHost host, SearchWatch watch, string folder, int? port)
    {
        var board = new SearchBoard();
        using var server = WatchServer.Start(port, () => board.Read(searches => WatchPage.Render(searches, folder, watch.Now)));
        host.Output.WriteLine($"The searches in '{Printable.Escape(folder)}' are at {server.Address} on this machine, until you press Ctrl+C.");
        host.Output.Flush();
        watch.Feed(board.Apply, host.End);
    }
}
