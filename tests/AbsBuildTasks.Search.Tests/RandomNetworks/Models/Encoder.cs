using AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;
using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Models;

/// <summary>A graph from an input to a vector.</summary>
/// <param name="Module">What computes it.</param>
/// <param name="Output">The vector.</param>
/// <param name="Text">How it reads.</param>
/// <param name="TrueReasons">Codes that a search may refuse it with.</param>
/// <param name="IsNoisy">Whether channels that are zero in evaluation may be anything in training.</param>
internal sealed record Encoder(Module<Tensor, Tensor> Module, Signal Output, string Text, IReadOnlyList<string> TrueReasons, bool IsNoisy)
{
    public static Encoder Of(Dice dice, Signal input, int steps)
    {
        var graph = new Graph(dice, input, steps);
        var vector = Heads.Vector(dice, graph.Output);
        var module = new Block("Encoder", (_, x) => vector.Module.call(graph.call(x)), ("graph", graph), ("vector", vector.Module));
        return new Encoder(module, vector.Output, $"{graph.Text("  ")}\n  vector {vector.Output}: {vector.Text}", graph.TrueReasons, graph.IsNoisy);
    }
}
