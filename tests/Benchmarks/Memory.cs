using Paper;
using static TorchSharp.torch;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Resident memory while one contender trains ResNet-20; the process should have no other work before it.</summary>
internal static class Memory
{
    public static void Measure(int steps, string contender)
    {
        using var scope = NewDisposeScope();
        var (input, target) = Contender.Batch([64, 3, 32, 32], 100);
        var network = ResNet.Small(20, channels: 3, classes: 100);
        var step = contender switch
        {
            "plain" => Contender.Plain(network, input, target),
            "search" => Contender.Compressed(network, input, target, frozen: false),
            "frozen" => Contender.Compressed(network, input, target, frozen: true),
            "multi-path" => MultiPath.Step(network, input, target),
            _ => throw new ArgumentException($"'{contender}' is none of plain, search, frozen, multi-path.", nameof(contender)),
        };
        for (var i = 1; i <= steps; i++)
        {
            step();
            if (i % Math.Max(1, steps / 10) == 0)
            {
                Console.WriteLine(FormattableString.Invariant($"{contender}, {i} steps: {Environment.WorkingSet >> 20} MiB"));
            }
        }
    }
}
