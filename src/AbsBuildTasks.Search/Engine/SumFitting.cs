using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Native;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Has fine-tuning run on the values that the network's file will have in bytes at sums: finds them, and fits their levels, as
/// the export of that file does.
/// </summary>
/// <param name="setup">What the run is given.</param>
/// <param name="network">The network, whose decisions are frozen.</param>
internal sealed class SumFitting(RunSetup setup, CompressedNetwork network)
{
    // Two batches of three and seven examples.
    private const int Examples = 10;

    // Told from the start: a run that goes on within an epoch fits nothing before it may give up.
    private ValueRounding Rounding { get; } = Heard(network.Rounding, setup.Job);

    /// <summary>Fits the levels to the network as it is, before an epoch: often at first, when much changes.</summary>
    /// <param name="done">Epochs of fine-tuning that are done.</param>
    public void FitBefore(int done)
    {
        if (done == 0 || int.IsPow2(done))
        {
            Fit();
        }
    }

    /// <summary>Fits the levels to the network as it is.</summary>
    public void Fit()
    {
        if (!setup.Job.Settings.DeployTarget.QuantizesSums || Rounding.IsOver)
        {
            return;
        }

        try
        {
            var why = TraceHook.IsThere ? TryFit() : "this process's TorchSharp does not tell of its calls";
            if (why is not null)
            {
                GiveUp(why);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !DeviceMemory.IsExhausted(exception))
        {
            // The network was run on the processor, on three examples and on seven, which training need not do. Torch appends a native stack trace.
            GiveUp(exception.Message.Split('\n')[0].Trim());
        }
    }

    /// <returns>Why it cannot be; null where it is done.</returns>
    private string? TryFit()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (traced, compressed) = Exported();
        if (compressed.Points.Count == 0)
        {
            // Decisions are frozen, so there will be none later.
            Rounding.End();
            return null;
        }

        var places = new SumPlaces(traced);
        if (places.Of(compressed) is not { } calls)
        {
            return places.InPlace(compressed) is { } function
                ? $"one of these values comes out of {function}, and of functions in place only add_ and relu_ can be followed"
                : "some of these values are computed within functions of torch, or are the network's input";
        }

        Rounding.Set([.. calls.Select(call => new PackedValue(call.Function, call.Number, call.Result, 1, 0))], traced.Calls);
        network.Network.Module.eval();
        var isPositive = compressed.Points.Select((_, at) => places.IsInFrontOfRelu(compressed, at)).ToArray();
        var grids = SumCalibration.Of(compressed.Points, look => Rounding.Look(Run, (at, value) =>
        {
            using var positive = isPositive[at] ? value.clamp_min(0) : null;
            look(at, positive ?? value);
        }));
        if (!Rounding.IsOver)
        {
            Rounding.Set([.. calls.Zip(grids).Where(pair => pair.Second is not null).Select(pair => new PackedValue(pair.First.Function, pair.First.Number, pair.First.Result, pair.Second!.Value.Scale, pair.Second.Value.ZeroPoint))], traced.Calls);
        }

        return null;
    }

    /// <summary>The network as the export of its file has it.</summary>
    private (TracedGraph Traced, CompressedGraph Compressed) Exported()
    {
        using var weights = new MemoryStream();
        WeightExporter.Write(network, weights);
        weights.Position = 0;
        var fresh = setup.Networks.MakeFresh();
        using var module = fresh.Module.to(CPU);
        var (archive, manifest) = WeightArchive.Open(weights, "the weights", weights.Length);
        using (archive)
        {
            CompressedModel.LoadWeights(module, archive, manifest, LayerKinds.All);
        }

        var test = setup.Data.Test;
        var traced = NetworkTrace.Of(module, fresh.Call, [.. test.First(Math.Min(test.Count, Examples)).Select(input => input.cpu())], OperatorTable.Has);

        // The values are the same ones whatever fuses: that is no part of what a plan depends on.
        return (traced, CompressedExport.Write(traced, manifest.Layers, Target.AllFuses));
    }

    private void Run()
    {
        foreach (var batch in SumExamples.Of(setup.Data.Train, setup.Cancellation))
        {
            using var scope = NewDisposeScope();
            _ = network.Run(batch.Inputs);
        }
    }

    private void GiveUp(string why)
    {
        Rounding.End();
        Tell(setup.Job, why);
    }

    private static ValueRounding Heard(ValueRounding rounding, SearchJob job)
    {
        rounding.GaveUp = () => Tell(job, "in training or on other data the network goes another way than it was seen to go");
        return rounding;
    }

    private static void Tell(SearchJob job, string why) => job.Tell($"fine-tuning does not round at sums, concatenations and products, and the plan's metric is without that: {why.TrimEnd('.')}");
}
