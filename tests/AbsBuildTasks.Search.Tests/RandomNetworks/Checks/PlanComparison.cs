using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Tests.RandomNetworks.Models;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>Compares a loaded network with the plan it is of.</summary>
internal sealed class PlanComparison
{
    private readonly RandomModel _model;
    private readonly CompressionPlan _plan;
    private readonly SearchSettings _settings;
    private readonly string _file;
    private readonly IReadOnlyDictionary<string, ManifestLayer> _manifest;
    private readonly ModelData _data;
    private readonly List<string> _problems = [];
    private readonly HashSet<(string Layer, int Input)> _alive = [];

    public PlanComparison(RandomModel model, CompressionPlan plan, SearchSettings settings, string file)
    {
        (_model, _plan, _settings, _file) = (model, plan, settings, file);
        _manifest = ManifestLayer.Read(file);
        _data = model.LoadData(new ModelContext(Path.GetTempPath(), []));
    }

    /// <summary>What differs.</summary>
    /// <param name="searched">The searched network's outputs on the test data.</param>
    public IReadOnlyList<string> Problems(IReadOnlyList<float[]> searched)
    {
        using (var network = new LoadedNetwork(_model, _file, _manifest.Keys))
        {
            var outputs = network.Run(_data.Test.AllInputs);
            Same("the searched network's outputs on the test data are not the loaded one's", searched, outputs, 1e-4);
            Metric(network.Metric(_data.Test));
            // The file may name a layer more often: by each name that it is registered under.
            if (_plan.Layers.Select(layer => layer.Name).Except(_manifest.Keys, StringComparer.Ordinal).Any())
            {
                _problems.Add("the weights file lacks layers of the plan");
                return _problems;
            }

            Inputs(network, "in evaluation", () => network.Run(_data.Train.AllInputs));
            Inputs(network, "on noise", () => network.Run(Noise()));
            Filters(network);
            Levels(network);
            Costs(network);
            Garbage(network, outputs);
        }

        if (_model.IsNoisy)
        {
            return _problems;
        }

        using var training = new LoadedNetwork(_model, _file, _manifest.Keys);
        training.Module.train();
        training.Reset();
        for (var round = 0; round < 2; round++)
        {
            _ = training.Run(_data.Train.AllInputs);
            _ = training.Run(_data.Test.AllInputs);
        }

        Inputs(training, "in training", () => { });
        return _problems;
    }

    private void Metric(double loaded)
    {
        var planned = _plan.Metric.Compressed;
        if (!(Math.Abs(loaded - planned) <= 1e-4 + (1e-4 * Math.Abs(planned))))
        {
            _problems.Add(FormattableString.Invariant($"the plan's metric is {planned}, the loaded network's is {loaded}"));
        }
    }

    /// <summary>Inputs that are counted dead are zero on all data; each that is not is named once.</summary>
    private void Inputs(LoadedNetwork network, string when, Action run)
    {
        run();
        foreach (var layer in network.Layers.Where(layer => _manifest.ContainsKey(layer.Name)))
        {
            var live = _manifest[layer.Name].Live;
            var wrong = Enumerable.Range(0, layer.Inputs).Where(input => layer.Seen[input] && !live.Contains(input) && _alive.Add((layer.Name, input))).ToArray();
            if (wrong.Length > 0)
            {
                _problems.Add($"{layer.Name}: inputs {FilterRanges.Of(wrong)} are counted dead, but not zero {when}; live are {FilterRanges.Of(live)}");
            }
        }
    }

    /// <summary>Inputs that are like no example.</summary>
    private IReadOnlyList<Tensor> Noise()
    {
        _ = manual_seed(13);
        return [.. _data.Test.AllInputs.Zip(_model.Inputs, (input, kind) => kind is { Words: null, Categories: null } ? 3 * randn_like(input) : input)];
    }

    /// <summary>Pruned filters give nothing, their bias neither.</summary>
    private void Filters(LoadedNetwork network)
    {
        foreach (var layer in _plan.Layers)
        {
            var counted = network.Layers.FirstOrDefault(candidate => candidate.Name == layer.Name);
            if (counted is null)
            {
                _problems.Add($"{layer.Name}: the network has no such layer");
                continue;
            }

            var kept = layer.KeptFilters.ToHashSet();
            if (!kept.SetEquals(_manifest[layer.Name].Kept))
            {
                _problems.Add($"{layer.Name}: plan and weights file keep different filters");
            }

            var wrong = Enumerable.Range(0, counted.Filters).Where(filter => counted.Given[filter] && !kept.Contains(filter)).ToArray();
            if (wrong.Length > 0)
            {
                _problems.Add($"{layer.Name}: filters {FilterRanges.Of(wrong)} are pruned, but give more than zero");
            }
        }
    }

    /// <summary>Weights and inputs take no more values than their bits hold.</summary>
    private void Levels(LoadedNetwork network)
    {
        foreach (var layer in network.Layers.Where(layer => _manifest.ContainsKey(layer.Name)))
        {
            var stored = _manifest[layer.Name];
            // What is not stored is zero, which not every grid holds.
            var zero = stored.Kept.Count < layer.Filters || stored.Live.Count < layer.Inputs ? 1 : 0;
            // Each interval, one of the layer or one of each filter, has its own levels.
            if (stored.WeightBits <= 16 && layer.WeightLevels() - zero > (1L << stored.WeightBits) * stored.Intervals)
            {
                _problems.Add($"{layer.Name}: weights have {layer.WeightLevels()} values, more than {stored.WeightBits} bits hold");
            }

            if (stored.ActivationBits <= 16 && layer.Levels > 1 << stored.ActivationBits)
            {
                _problems.Add($"{layer.Name}: inputs have {layer.Levels} values, more than {stored.ActivationBits} bits hold");
            }
        }
    }

    /// <summary>One inference costs what the plan says, and that is within the budget.</summary>
    private void Costs(LoadedNetwork network)
    {
        network.Reset();
        _ = network.Run([.. _data.Test.AllInputs.Select(input => input.narrow(0, _data.Test.Count - 1, 1))]);
        var rest = _plan.Rest.Sum(part => part.Macs) * 32 * 32;
        var (bops, full) = (rest, rest);
        foreach (var layer in network.Layers.Where(layer => layer.IsCalled))
        {
            if (_plan.Layers.FirstOrDefault(candidate => candidate.Name == layer.Name) is not { } planned)
            {
                _problems.Add($"{layer.Name}: runs, but the plan does not name it");
                continue;
            }

            var stored = _manifest[layer.Name];
            var weights = layer.Weights(stored.Kept, stored.Live);
            var macs = weights * layer.Places;
            full += layer.AllWeights() * layer.Places * 32 * 32;
            bops += macs * planned.WeightBits * planned.ActivationBits;
            if (macs != planned.Macs)
            {
                _problems.Add($"{layer.Name}: the plan counts {planned.Macs} MACs, by hand it is {macs} ({stored.Kept.Count} filters, {stored.Live.Count} inputs, {layer.Places} places)");
            }

            var size = (((weights * planned.WeightBits) + 7) / 8) + (layer.HasBias ? 4 * stored.Kept.Count : 0);
            if (size != planned.SizeBytes)
            {
                _problems.Add($"{layer.Name}: the plan counts {planned.SizeBytes} bytes, by hand it is {size}");
            }
        }

        if (full != _plan.Totals.FullPrecisionBops)
        {
            _problems.Add($"the plan counts {_plan.Totals.FullPrecisionBops} bit-operations in full precision, by hand it is {full}");
        }

        // Where what is left alone leaves no room for the share, the layers alone keep it.
        var beside = _plan.BudgetRemark.Length > 0 ? _plan.Rest.Sum(part => part.Bops) : 0;
        if (_settings.Budget.RelativeBops is { } share && bops - beside > share * (full - beside) * (1 + 1e-9))
        {
            _problems.Add(FormattableString.Invariant($"the budget is {share:P4} of the bit-operations, by hand it is {(double)bops / full:P4}"));
        }
    }

    /// <summary>What stands in dead inputs changes nothing.</summary>
    private void Garbage(LoadedNetwork network, IReadOnlyList<float[]> outputs)
    {
        foreach (var layer in network.Layers.Where(layer => _manifest.ContainsKey(layer.Name)))
        {
            layer.Garbage = [.. Enumerable.Range(0, layer.Inputs).Except(_manifest[layer.Name].Live)];
        }

        _ = manual_seed(11);
        Same("numbers in dead inputs change the outputs", outputs, network.Run(_data.Test.AllInputs), 1e-6);
    }

    private void Same(string what, IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual, double tolerance)
    {
        var a = expected.SelectMany(values => values).ToArray();
        var b = actual.SelectMany(values => values).ToArray();
        if (a.Length != b.Length)
        {
            _problems.Add($"{what}: {a.Length} values and {b.Length}");
            return;
        }

        var scale = a.Max(Math.Abs);
        var difference = a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
        if (!(difference <= tolerance * Math.Max(1, scale)))
        {
            _problems.Add(FormattableString.Invariant($"{what}: by {difference:G3}, where the largest is {scale:G3}"));
        }
    }
}
