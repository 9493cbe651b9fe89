using AbsBuildTasks.Search.Tests.RandomNetworks.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>A fresh network with the weights that a search saved, and counters at its layers.</summary>
internal sealed class LoadedNetwork : IDisposable
{
    private readonly RandomModel _model;

    public LoadedNetwork(RandomModel model, string weights, IEnumerable<string> stored)
    {
        _model = model;
        _ = manual_seed(77);
        Module = model.CreateNetwork();
        Layers = [.. Find(Module, stored)];
        foreach (var layer in Layers)
        {
            layer.WatchInputs();
        }

        _ = CompressedModel.Load(Module, weights);
        foreach (var layer in Layers)
        {
            layer.WatchOutputs();
        }
    }

    public Module Module { get; }

    public IReadOnlyList<CountedLayer> Layers { get; }

    /// <summary>Runs all examples in one batch.</summary>
    public IReadOnlyList<float[]> Run(IReadOnlyList<Tensor> inputs)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return [.. _model.Forward(Module, inputs).Select(output => output.contiguous().data<float>().ToArray())];
    }

    /// <summary>The model's metric on all examples in one batch.</summary>
    public double Metric(LabelledData data)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return ((IAbsModel)_model).Metric(_model.Forward(Module, data.AllInputs), data.AllTargets);
    }

    public void Reset()
    {
        foreach (var layer in Layers)
        {
            layer.Reset();
        }
    }

    public void Dispose() => Module.Dispose();

    /// <summary>Every layer once, by whichever of its names the weights file has.</summary>
    private static IEnumerable<CountedLayer> Find(Module network, IEnumerable<string> stored)
    {
        var known = stored.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, parameter) in network.named_parameters())
        {
            // A PReLU has its module's name, and so has what has a module of its own.
            var module = name[..Math.Max(0, name.LastIndexOf('.'))];
            var isSlopes = known.Contains(module) && network.named_modules().First(pair => pair.name == module).module is PReLU;
            if (isSlopes || (known.Contains(name) && !name.EndsWith("in_proj_weight", StringComparison.Ordinal) && !name[(module.Length + 1)..].StartsWith("weight", StringComparison.Ordinal)))
            {
                yield return new CountedLayer(isSlopes ? module : name, parameter);
            }
        }

        foreach (var names in network.named_modules().GroupBy(pair => pair.module, pair => pair.name, ReferenceEqualityComparer.Instance))
        {
            switch (names.Key)
            {
                case Convolution or Linear or TorchSharp.Modules.Embedding:
                    yield return new CountedLayer(names.FirstOrDefault(known.Contains) ?? names.First(), (Module<Tensor, Tensor>)names.Key!);
                    break;
                case TorchSharp.Modules.LSTM or TorchSharp.Modules.GRU or TorchSharp.Modules.LSTMCell or TorchSharp.Modules.GRUCell:
                    var module = (Module)names.Key;
                    foreach (var weight in module.named_parameters().Select(pair => pair.name).Where(name => name.StartsWith("weight", StringComparison.Ordinal)))
                    {
                        string[] full = [.. names.Select(name => $"{name}.{weight}")];
                        yield return new CountedLayer(Array.Find(full, known.Contains) ?? full[0], module, weight);
                    }

                    break;
                case MultiheadAttention attention:
                    foreach (var weight in new[] { "in_proj_weight", "out_proj.weight" })
                    {
                        string[] full = [.. names.Select(name => $"{name}.{weight}")];
                        yield return new CountedLayer(Array.Find(full, known.Contains) ?? full[0], attention, weight);
                    }

                    break;
            }
        }
    }
}
