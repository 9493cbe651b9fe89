using System.CommandLine;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs status [FOLDER]</c>.</summary>
internal static class StatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand("status", "List the searches of the projects in a folder that run, or were interrupted.", "abs status", "abs status ~/projects --format json");
        var folder = new Argument<string>("FOLDER") { Description = "A project's folder, or one above it. Default: the current folder.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        command.Add(folder);
        var output = new JsonOption(command);
        command.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
        {
            var where = parsed.GetRequiredValue(folder);
            Seen[] searches = [.. KnownSearch.In(where).Select(Look)];
            IEnumerable<string> lines = searches.Length == 0 ? [$"No search runs in '{Printable.Escape(where)}', and none was interrupted."] : searches.SelectMany(Lines);
            output.Write(host, parsed, lines, searches.Select(search => search.ToJson()));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Seen Look(KnownSearch search)
    {
        var followed = new FollowedSearch(search);

        // In this order: a search that ends in between is seen with its end.
        var isRunning = search.IsRunning;
        followed.Read(TimeSpan.Zero, (_, _) => { });
        return new(search, followed.State, isRunning, KnownJob.Of(search));
    }

    private static IEnumerable<string> Lines(Seen search)
    {
        yield return SearchWords.Join(
            SearchWords.Name(search.State),
            Doing(search),
            SearchWords.Phase(search.State),
            SearchWords.Numbers(search.State),
            search.IsRunning ? SearchWords.Step(search.State) : "",
            search.IsRunning ? SearchWords.Left(search.State, TimeSpan.Zero) : "");
        yield return "    " + Printable.Escape(search.Search.Folder);
    }

    private static string Doing(Seen search) => search switch
    {
        { Job: { HasResult: true } done } => $"has its plan, by {Printable.Escape(done.Record.Title)}; the next build takes it",
        { IsRunning: true, Job: { } job } => $"runs, as {Printable.Escape(job.Record.Title)}",
        { IsRunning: true } => "runs",
        { Job: { } job } => $"is {Printable.Escape(job.Record.Title)}, which waits there, or has ended; the next build looks",
        { State.HasEnded: true } => "has ended",
        _ => "was interrupted; the next build goes on with it",
    };

    private sealed record Seen(KnownSearch Search, SearchState State, bool IsRunning, KnownJob? Job)
    {
        public object ToJson() => new
        {
            model = Search.Model,
            label = State.Label,
            folder = Search.Folder,
            isRunning = IsRunning,
            engine = Job?.Record.Engine,
            job = Job?.Record.Id,
            phase = State.Progress?.Phase ?? State.Step?.Phase,
            epoch = State.Progress?.Epoch ?? (State.Step?.Epoch - 1),
            epochs = State.Progress?.Epochs ?? State.Step?.Epochs,
            done = State.Done,
            allEpochs = State.Epochs,
            loss = State.Progress?.Loss,
            metricName = State.Progress?.MetricName,
            metric = State.Metric,
            relativeBops = State.RelativeBops,
            secondsLeft = IsRunning ? State.TimeLeft(TimeSpan.Zero)?.TotalSeconds : null,
        };
    }
}
