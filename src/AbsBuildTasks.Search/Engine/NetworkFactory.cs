using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Makes networks of a model.</summary>
/// <param name="model">The model project's contract.</param>
/// <param name="job">Seed, starting weights and device.</param>
internal sealed class NetworkFactory(CheckedModel model, SearchJob job)
{
    private IReadOnlySet<string>? _overlapping;

    /// <summary>Makes the network to be trained, with fresh or starting weights, on the processor.</summary>
    /// <remarks>
    /// To be called outside of any dispose scope, as the network outlives it: the scope would end parameters and buffers of
    /// modules that TorchSharp does not register itself, and tensors that a network holds in fields.
    /// </remarks>
    /// <exception cref="Plans.Errors.AbsException">ABS2007, ABS3022: the starting weights do not fit. ABS2010: layers share a parameter.</exception>
    public Module Make()
    {
        SearchSeed.SetForWeights(job);
        var network = model.CreateNetwork();
        try
        {
            FreshNetworks.Start(model, job, network);

            // Told here, as a move to another device would take them apart.
            SharedWeights.Refuse(network, LayerKinds.All);
            _overlapping = SharedWeights.Overlapping(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Makes the network once more, with the same weights, and makes sure that it is the same.</summary>
    /// <param name="network">The first one, on the processor.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2025: the networks share parameters. ABS2026, naming the parameter: they differ, or a weight is not finite.</exception>
    public OwnNetwork Twin(Module network)
    {
        var copy = model.Copy();
        return new OwnNetwork(copy, FreshNetworks.Twin(copy, job, network).to(job.Device));
    }

    /// <summary>A network of the model on any device, with what was known of it on the processor.</summary>
    /// <param name="network">The network.</param>
    /// <param name="forward">Its model's <see cref="IAbsModel.Forward"/>.</param>
    public ModelNetwork Known(Module network, Func<Module, IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward) => new(network, forward) { Overlapping = _overlapping };

    /// <summary>Makes a further network with fresh weights, as an application does: what it draws and keeps outside its state is other than in the search.</summary>
    public ModelNetwork MakeFresh()
    {
        var copy = model.Copy();
        SearchSeed.SetForApplication(job);
        return Known(copy.CreateNetwork().to(job.Device), copy.Forward);
    }

    /// <summary>A further network with the values of another, to be used and thrown away: a look may change what it keeps.</summary>
    public ModelNetwork Copy(ModelNetwork network)
    {
        var copy = OwnCopy(network);
        return Known(copy.Module, copy.Model.Forward);
    }

    /// <summary>The same with a model of its own, to be trained.</summary>
    public OwnNetwork OwnCopy(ModelNetwork network)
    {
        var copy = model.Copy();
        SearchSeed.SetForWeights(job);
        var module = copy.CreateNetwork().to(job.Device);
        NetworkState.Copy(network.Module, module);
        return new OwnNetwork(copy, module);
    }
}
