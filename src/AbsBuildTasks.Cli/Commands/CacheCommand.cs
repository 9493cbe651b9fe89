using System.CommandLine;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs cache info|clean</c>.</summary>
internal static class CacheCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand("cache", "Look after the cache of plans.", "abs cache info", "abs cache info --format json", "abs cache clean --directory .abs-cache");
        var directory = new Option<string?>("--directory", "-d")
        {
            Description = $"The cache's folder. Default: AbsCacheDirectory of the environment, else {PlanCache.DefaultDirectory}.",
            HelpName = "DIR",
            Recursive = true,
        };
        command.Add(directory);
        var info = new Command("info", "Say where the cache is, and how large.");
        var output = new JsonOption(info);
        command.Add(Acting(info, (parsed, cache) => Info(host, parsed, output, cache)));
        command.Add(Acting(new("clean", "Remove every plan from the cache, and every stage of a search."), (_, cache) => Clean(host, cache)));
        return command;

        Command Acting(Command sub, Action<ParseResult, string> run)
        {
            sub.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
            {
                run(parsed, Path.GetFullPath(parsed.GetValue(directory) ?? host.Variable("AbsCacheDirectory") ?? PlanCache.DefaultDirectory));
                return ExitCodes.Ok;
            }));
            return sub;
        }
    }

    private static void Clean(CommandHost host, string directory)
    {
        var removed = new PlanCache(directory).Clean();
        host.Output.WriteLine(Invariant($"plans removed: {removed.Plans:#,0}"));
        host.Output.WriteLine(Invariant($"stages removed: {removed.Stages:#,0}"));
    }

    private static void Info(CommandHost host, ParseResult parsed, JsonOption output, string directory)
    {
        var usage = CacheUsage.Of(directory);
        string[] lines = [$"folder  {Printable.Escape(directory)}", Invariant($"plans   {usage.Plans:#,0}"), Invariant($"stages  {usage.Stages:#,0}"), $"size    {ShortCount.Bytes(usage.Bytes)}"];
        output.Write(host, parsed, lines, new { folder = directory, plans = usage.Plans, stages = usage.Stages, bytes = usage.Bytes });
    }
}
