using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Makes sure that written weights are what their plan states: loaded into a fresh network, as an application does it, they
/// give the outputs of the searched network on the test data, and its metric; and channels that count as dead are zero. Both round
/// at sums as fine-tuning did, where it did.
/// </summary>
/// <param name="model">Gives the metric.</param>
/// <param name="job">The search.</param>
/// <param name="networks">Makes the fresh network.</param>
/// <param name="data">Its test data are taken.</param>
/// <param name="searched">The network that the plan was read off.</param>
/// <param name="plan">The plan.</param>
/// <param name="measure">Measures a network as the plan's metric was, and cannot be cancelled: a run that has got so far ends.</param>
internal sealed class DeliveryCheck(
    IAbsModel model,
    SearchJob job,
    NetworkFactory networks,
    ModelData data,
    CompressedNetwork searched,
    CompressionPlan plan,
    Func<Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>, double> measure)
{
    // Of an output or metric. On a processor both networks compute the same.
    private const double Tolerance = 1e-5;

    // Of usual outputs, for those next to zero.
    private const double NextToZero = 1e-6;

    // Sums in another order, on a GPU, may turn single levels over.
    private const double DeviceTolerance = 1e-2;

    private double Allowed => job.Device.type == TorchSharp.DeviceType.CPU ? Tolerance : DeviceTolerance;

    /// <summary>Loads the weights and compares.</summary>
    /// <param name="path">The weights.</param>
    /// <exception cref="AbsException">ABS3008, naming the layer that first differs.</exception>
    public void Require(string path)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var loaded = networks.MakeFresh();
        using var module = loaded.Module;
        var probe = searched.Layers.Select(layer => layer.Layer).ToArray();
        var modules = LayerKinds.All.LayersOf(module).ToDictionary(pair => pair.Key, pair => pair.Value.Module, StringComparer.Ordinal);
        using var watch = DeadChannels.Watch(
            probe.Select((layer, i) => (layer with { Module = modules[layer.Shape.Name] }, (IReadOnlyList<bool>)searched.Map.Layers[i].IsLive(searched.Kept))),
            (layer, channel) => throw Error(string.Create(CultureInfo.InvariantCulture, $"input channel {channel} of layer '{probe[layer].Shape.Name}' counts as dead, and is not zero on the test data")));
        try
        {
            _ = CompressedModel.Load(module, path);
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.InvalidWeights)
        {
            throw Error($"they do not load into the network that CreateNetwork returns ({exception.Message.TrimEnd('.')})", exception);
        }

        RequireCounts(loaded);
        searched.Network.Module.eval();
        var tally = new MetricTally(model);
        foreach (var (index, batch) in Batches.InOrder(data.Test, Evaluator.BatchSize).Index())
        {
            using var inner = NewDisposeScope();
            var (wanted, given) = (Outputs(searched.Run, index, batch), Outputs(Deployed, index, batch));
            if (wanted.Zip(given).Any(pair => Differ(pair.First, pair.Second)))
            {
                throw Error(FirstDifference(Deployed, modules, index, batch));
            }

            _ = tally.Add(given, batch.Targets, batch.Count);
        }

        // A network that draws numbers in evaluation draws others batch by batch than in one go.
        var metric = tally.Value;
        if (!IsStated(metric) && !IsStated(metric = measure(Deployed)))
        {
            var stated = plan.Metric.Compressed;
            throw Error(string.Create(CultureInfo.InvariantCulture, $"{plan.Metric.Name} is {metric:G6} with them, where the plan states {stated:G6}, though the outputs are the same: the metric depends on something else than outputs and targets"));
        }

        if (plan.RoundedValues > 0)
        {
            job.Tell(string.Create(CultureInfo.InvariantCulture, $"an application that loads the weights in torch, which rounds nothing between layers, has a {plan.Metric.Name} of {measure(loaded.Call):0.####} on the test data, where the plan and its file have {plan.Metric.Compressed:0.####}"));
        }

        IReadOnlyList<Tensor> Deployed(IReadOnlyList<Tensor> inputs) => searched.Rounding.Run(() => loaded.Call(inputs));
    }

    /// <summary>Fails where the loaded network runs a layer at more or fewer positions than the plan counts, as one whose depth has grown while it trained.</summary>
    private void RequireCounts(ModelNetwork loaded)
    {
        NetworkProbe counted;
        try
        {
            counted = NetworkProbe.Run(loaded, data.Test.First(Math.Min(data.Test.Count, NetworkMaps.Examples)));
        }
        catch (AbsException exception)
        {
            throw Error($"the trained network is not what it was before ({exception.Message.TrimEnd('.')})", exception);
        }

        var positions = counted.Layers.ToDictionary(layer => layer.Shape.Name, layer => layer.Shape.Positions, StringComparer.Ordinal);
        foreach (var shape in searched.Layers.Select(layer => layer.Layer.Shape).Where(shape => positions.GetValueOrDefault(shape.Name) != shape.Positions))
        {
            throw Error(string.Create(CultureInfo.InvariantCulture, $"layer '{shape.Name}' uses each weight {positions.GetValueOrDefault(shape.Name)} times for an example, where the plan counts {shape.Positions}: the network goes another way than before it was trained"));
        }
    }

    private bool IsStated(double metric)
    {
        // Rounded alike.
        var (stated, rounded) = (plan.Metric.Compressed, (plan.Metric with { Compressed = metric }).Compressed);
        return Math.Abs(stated - rounded) <= Allowed * Math.Max(Math.Abs(stated), Math.Abs(rounded));
    }

    private IReadOnlyList<Tensor> Outputs(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, int batch, Batch inputs)
    {
        // What a network draws in evaluation is the same for both.
        SearchSeed.Set(job, SearchSeed.BetweenEpochs, batch);
        return run(inputs.Inputs);
    }

    private bool Differ(Tensor wanted, Tensor given)
    {
        using var scope = NewDisposeScope();
        if (!wanted.shape.SequenceEqual(given.shape))
        {
            return true;
        }

        if (wanted.numel() == 0)
        {
            return false;
        }

        var (one, other) = (wanted.detach().to(ScalarType.Float64), given.detach().to(ScalarType.Float64));
        if (job.Device.type != TorchSharp.DeviceType.CPU)
        {
            return !(one.sub(other).abs().max().item<double>() <= DeviceTolerance * one.abs().max().item<double>());
        }

        // Each by itself: beside the large number of a mask others may differ as they like.
        var size = one.abs();
        return !one.sub(other).abs().le(size.mul(Tolerance).add(NextToZero * Math.Min(1, size.median().item<double>()))).all().item<bool>();
    }

    /// <summary>The first layer, in the order of calls, that takes in or gives something else.</summary>
    private string FirstDifference(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> deployed, Dictionary<string, nn.Module> modules, int index, Batch batch)
    {
        var called = searched.Layers.Select(layer => layer.Layer).Where(layer => layer.Kind.HasCall).ToArray();
        var wanted = Record(called.Select(layer => layer.Module), searched.Run);
        var given = Record(called.Select(layer => modules[layer.Shape.Name]), deployed);
        foreach (var (one, other) in wanted.Zip(given))
        {
            var name = called[one.Layer].Shape.Name;
            if (one.Layer != other.Layer || Differ(one.Input, other.Input))
            {
                return $"what layer '{name}' takes in is the first to differ: the network computes it from something that CreateNetwork and the weights do not give, such as a tensor in a field. Register it as a parameter or buffer";
            }

            if (Differ(one.Output, other.Output))
            {
                return $"what layer '{name}' gives is the first to differ";
            }
        }

        return "only the network's outputs differ: it computes them, behind its last layer, from something that CreateNetwork and the weights do not give, such as a tensor in a field. Register it as a parameter or buffer";

        List<(int Layer, Tensor Input, Tensor Output)> Record(IEnumerable<nn.Module> layers, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
        {
            var seen = new List<(int, Tensor, Tensor)>();
            using var hooks = new HookSet();
            foreach (var (layer, module) in layers.Index())
            {
                hooks.After(module, (input, output) =>
                {
                    seen.Add((layer, input.clone(), output.clone()));
                    return null;
                });
            }

            _ = Outputs(run, index, batch);
            return seen;
        }
    }

    private static AbsException Error(string why, Exception? cause = null) => new(
        AbsCodes.NotDelivered,
        $"The compressed weights do not give what the plan states: {why}. Nothing is stored.",
        cause);
}
