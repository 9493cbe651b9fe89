using System.CommandLine;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs stop [FOLDER]</c>.</summary>
internal static class StopCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand(
            "stop",
            "Stop the searches that run for the projects in a folder. Each keeps its state, so that the next build goes on with it.",
            "abs stop",
            "abs stop src/Digits --keep        ends the search with a plan of what it has");
        var folder = new Argument<string>("FOLDER") { Description = "A project's folder, or one above it. Default: the current folder.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        var keep = new Option<bool>("--keep") { Description = "End training and search where they are, take the decisions from there, fine-tune, and deliver a plan that says so. In fine-tuning: end that." };
        command.Add(folder);
        command.Add(keep);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var (where, keeps) = (parsed.GetRequiredValue(folder), parsed.GetValue(keep));
            (KnownSearch Search, bool IsRunning)[] searches = [.. KnownSearch.In(where).Select(search => (search, search.IsRunning)).Where(each => each.IsRunning || KnownJob.Of(each.search) is { HasResult: false })];
            if (searches.Length == 0)
            {
                throw new AbsException(AbsCodes.NothingToStop, $"No search runs in '{Printable.Escape(where)}' that could be stopped. Give the folder of the project that is being built, or one above its obj folder.");
            }

            foreach (var (search, isRunning) in searches)
            {
                host.Output.WriteLine($"{NameOf(search)}: {Ask(search, isRunning, keeps)}");
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    // As status calls it: searches of one model that run at once have their point beside the name.
    private static string NameOf(KnownSearch search)
    {
        var followed = new FollowedSearch(search);
        followed.Read(TimeSpan.Zero, (_, _) => { });
        return SearchWords.Name(followed.State);
    }

    private static string Ask(KnownSearch search, bool isRunning, bool keeps)
    {
        if (!isRunning)
        {
            // It has no state to look into: the job itself looks when it begins, and a build that follows it does now.
            StopRequest.Write(JobFolder.In(search.Folder).Folder, keeps: false);
            return $"waits as {Printable.Escape(KnownJob.Of(search)?.Record.Title ?? "a job")}, so there is nothing to keep; asked to leave the queue: a build that follows it takes it back, or it ends when its turn comes";
        }

        StopRequest.Write(search.Folder, keeps);
        return keeps ? "asked to end with what it has; the build goes on to the plan" : "asked to stop; the next build goes on with it";
    }
}
