using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Data;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>The full-precision network as it was before the search, whose outputs the compressed one learns to give.</summary>
internal sealed class Teacher : IDisposable
{
    private readonly IAbsModel _model;
    private readonly Module _network;
    private readonly double _weight;

    /// <summary>Copies a network.</summary>
    /// <param name="model">Makes the copy, and compares outputs.</param>
    /// <param name="network">The trained network.</param>
    /// <param name="weight">The teacher's share of the loss, 0 to 1.</param>
    /// <param name="device">Where the network computes.</param>
    public Teacher(IAbsModel model, Module network, double weight, Device device)
    {
        _model = model;
        _weight = weight;
        _network = model.CreateNetwork().to(device);
        _ = _network.load_state_dict(network.state_dict());
        _network.eval();
    }

    /// <summary>The loss of a batch: (1 − w)·task loss + w·distance from the teacher's outputs.</summary>
    /// <param name="outputs">What the network returned for the batch.</param>
    /// <param name="batch">The batch.</param>
    public Tensor Loss(IReadOnlyList<Tensor> outputs, Batch batch)
    {
        IReadOnlyList<Tensor> wanted;
        using (no_grad())
        {
            wanted = _model.Forward(_network, batch.Inputs);
        }

        return (_model.Loss(outputs, batch.Targets) * (1 - _weight)) + (_model.DistillationLoss(outputs, wanted) * _weight);
    }

    /// <summary>Writes its weights, or sets them.</summary>
    public void Exchange(StateStream state) => ModuleState.Exchange(state, _network);

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();
}
