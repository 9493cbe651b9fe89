using System.Runtime.CompilerServices;
using AbsBuildTasks.Search.Structure;
using TorchSharp;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Makes networks of a model.</summary>
/// <param name="model">The model project's contract.</param>
/// <param name="job">Seed, starting weights and device.</param>
internal sealed class NetworkFactory(IAbsModel model, SearchJob job)
{
    /// <summary>Makes the network to be trained, with fresh or starting weights.</summary>
    /// <remarks>
    /// To be called outside of any dispose scope, as the network outlives it: the scope would end parameters and buffers of
    /// modules that TorchSharp does not register itself, and tensors that a network holds in fields.
    /// </remarks>
    /// <exception cref="Plans.Errors.AbsException">ABS2007: the starting weights do not fit. ABS2010: layers share a parameter.</exception>
    public ModelNetwork Make()
    {
        SearchSeed.SetForWeights(job);
        var network = model.CreateNetwork();
        try
        {
            if (job.Checkpoint is { } checkpoint)
            {
                StartingWeights.Load(model, network, checkpoint);
            }

            // Told here, as a move to another device would take them apart.
            SharedWeights.Refuse(network);
            return new ModelNetwork(network.to(job.Device), model.Forward);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Makes a further network with fresh weights, as an application does.</summary>
    /// <remarks>By a copy of the model, which may keep the network that it made last, for its loss for instance.</remarks>
    public ModelNetwork MakeFresh()
    {
        var copy = (IAbsModel)MemberwiseClone(model);
        SearchSeed.SetForWeights(job);
        return new ModelNetwork(copy.CreateNetwork().to(job.Device), copy.Forward);
    }

    /// <summary>A further network with the values of another, to be used and thrown away: a look may change what it keeps.</summary>
    public ModelNetwork Copy(ModelNetwork network)
    {
        var copy = MakeFresh();
        NetworkState.Copy(network.Module, copy.Module);
        return copy;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern object MemberwiseClone(object any);
}
