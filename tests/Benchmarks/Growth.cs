using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Benchmarks;

/// <summary>How the look at a network grows with its depth, in runs of the network and in processor time.</summary>
internal static class Growth
{
    private const int Examples = 2;

    public static void Measure(IReadOnlySet<string> only)
    {
        Console.WriteLine($"{"network",-12}{"layers",7}{"look: runs",11}{"s",8}");
        foreach (var grown in GrownNetworks.Of(only))
        {
            using var scope = NewDisposeScope();
            var runs = 0;
            var module = grown.Create();
            var network = new ModelNetwork(module, (_, inputs) =>
            {
                runs++;
                return [module.call(inputs[0])];
            });
            var input = grown.Batch(Examples).Input;
            var probe = NetworkProbe.Run(network, [input]);
            runs = 0;
            var start = Now();
            _ = ChannelTrace.Run(network, probe, [input]);
            Console.WriteLine(FormattableString.Invariant($"{grown.Name,-12}{probe.Layers.Count,7}{runs,11}{Now() - start,8:0.0}"));
        }
    }

    // Other processes do not count.
    private static double Now() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
