using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Native;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Kinds = TorchSharp.Modules;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Whether a model makes the same network again under the same seed, with weights that are numbers.</summary>
/// <remarks>
/// Else no search could be repeated: weights drawn by a generator without the seed, or memory that was never written, which
/// the group normalisation of TorchSharp 0.107 starts from.
/// </remarks>
internal static class FreshNetworks
{
    /// <summary>Makes the network once more, and compares.</summary>
    /// <param name="model">Makes it.</param>
    /// <param name="job">The seed, and the starting weights that both networks have where there are any.</param>
    /// <param name="network">The first one, on the processor.</param>
    /// <returns>The second one, for whoever wants to try something out.</returns>
    /// <exception cref="AbsException">ABS2025: the networks share parameters. ABS2026, naming the parameter: they differ, or a weight is not finite.</exception>
    public static Module Twin(IAbsModel model, SearchJob job, Module network)
    {
        Poison(network);
        SearchSeed.SetForWeights(job);
        var twin = UnwrittenMemory.Fill(model.CreateNetwork);
        try
        {
            Start(model, job, twin);
            Compare(network, twin);
            return twin;
        }
        catch
        {
            twin.Dispose();
            throw;
        }
    }

    /// <summary>Gives a fresh network the weights that the search starts from, where there are any.</summary>
    /// <param name="model">Knows the format of starting weights.</param>
    /// <param name="job">Which weights.</param>
    /// <param name="network">The network, on the processor.</param>
    /// <exception cref="AbsException">ABS2007, ABS3022: they do not fit.</exception>
    public static void Start(IAbsModel model, SearchJob job, Module network)
    {
        if (job.StartingWeights is { } checkpoint)
        {
            StartingWeightsFile.Load(model, network, checkpoint);
        }

        if (job.WarmStart is { } start)
        {
            WarmStartWeights.Load(network, start);
        }
    }

    /// <summary>
    /// Where torch does not fill new memory: leaves memory behind that is full of NaN, in pieces of the parameters' sizes.
    /// What the second network does not write is then hardly zero, or by chance the same as in the first.
    /// </summary>
    private static void Poison(Module network)
    {
        if (UnwrittenMemory.CanBeFilled)
        {
            return;
        }

        var pieces = network.parameters().Select(parameter => full(parameter.shape, float.NaN)).ToArray();
        foreach (var piece in pieces)
        {
            piece.Dispose();
        }
    }

    private static void Compare(Module network, Module twin)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (first, second) = (network.state_dict(), twin.state_dict());
        if (first.Keys.Except(second.Keys).Concat(second.Keys.Except(first.Keys)).FirstOrDefault() is { } extra)
        {
            throw Differ($"one of them has no {extra}");
        }

        var parameters = network.named_parameters().Select(pair => pair.name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in first)
        {
            var other = second[name];
            if (ReferenceEquals(value, other))
            {
                throw new AbsException(AbsCodes.InvalidNetwork, $"Two calls of IAbsModel.CreateNetwork returned networks that share {name}; make all of the network anew in each call, as the search keeps several.");
            }

            if (value.dtype != other.dtype || !value.shape.SequenceEqual(other.shape))
            {
                throw Differ($"{name} is {Kind(value)} in one and {Kind(other)} in the other");
            }

            if (parameters.Contains(name) && !(IsFinite(value) && IsFinite(other)))
            {
                throw Error($"A fresh weight is not a finite number, in {name}", network, name);
            }

            if (!IsSame(value, other))
            {
                throw Error($"Two calls of IAbsModel.CreateNetwork under one seed give different values of {name}", network, name);
            }
        }
    }

    private static bool IsFinite(Tensor tensor) => !tensor.is_floating_point() || tensor.isfinite().all().item<bool>();

    private static bool IsSame(Tensor left, Tensor right)
    {
        var same = left.eq(right);
        return (left.is_floating_point() ? same.logical_or(left.isnan().logical_and(right.isnan())) : same).all().item<bool>();
    }

    private static AbsException Error(string what, Module network, string name)
    {
        var owner = name.Contains('.') ? name[..name.LastIndexOf('.')] : "";
        var module = network.named_modules().FirstOrDefault(pair => pair.name == owner).module;
        return new AbsException(AbsCodes.FreshWeightsDiffer, module is Kinds.GroupNorm
            ? $"{what}: TorchSharp 0.107 leaves the parameters of a {module.GetType().Name} as the memory happens to be. Set them in the network's constructor: init.ones_({owner}.weight) and init.zeros_({owner}.bias)."
            : $"{what}; set it in the constructor by torch's generator or by torch.nn.init, not by empty(), by a Random without a seed or by the time.");
    }

    private static AbsException Differ(string how) =>
        new(AbsCodes.FreshWeightsDiffer, $"Two calls of IAbsModel.CreateNetwork give different networks: {how}; make the same layers in each call.");

    private static string Kind(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
