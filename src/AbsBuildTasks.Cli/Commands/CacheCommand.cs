using System.CommandLine;
using AbsBuildTasks.Cli.Output;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Reports;
using static System.FormattableString;

namespace AbsBuildTasks.Cli.Commands;

/// <summary><c>abs cache info|clean</c>.</summary>
internal static class CacheCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        var command = new ExampleCommand("cache", "Look after the cache of plans.", "abs cache info", "abs cache clean --directory .abs-cache");
        var directory = new Option<string?>("--directory", "-d")
        {
            Description = $"The cache's folder. Default: AbsCacheDirectory of the environment, else {PlanCache.DefaultDirectory}.",
            HelpName = "DIR",
            Recursive = true,
        };
        command.Add(directory);
        command.Add(Sub("info", "Say where the cache is, and how large.", cache => Info(host, cache)));
        command.Add(Sub("clean", "Remove every plan from the cache.", cache => host.Output.WriteLine(Invariant($"plans removed: {new PlanCache(cache).Clean():#,0}"))));
        return command;

        Command Sub(string name, string description, Action<string> run)
        {
            var sub = new Command(name, description);
            sub.SetAction(parsed => Failures.Guard(host, ExitCodes.Failed, () =>
            {
                run(Path.GetFullPath(parsed.GetValue(directory) ?? host.Variable("AbsCacheDirectory") ?? PlanCache.DefaultDirectory));
                return ExitCodes.Ok;
            }));
            return sub;
        }
    }

    private static void Info(CommandHost host, string directory)
    {
        var usage = CacheUsage.Of(directory);
        host.Output.WriteLine($"folder  {Printable.Escape(directory)}");
        host.Output.WriteLine(Invariant($"plans   {usage.Plans:#,0}"));
        host.Output.WriteLine($"size    {Quantity.Bytes(usage.Bytes)}");
    }
}
