using AbsBuildTasks.Search.Export;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Parameters and buffers of a network at other values, none of them zero, until it is disposed: a shift or a factor that
/// starts at zero will not stay there.
/// </summary>
internal sealed class Displacement : IDisposable
{
    private readonly List<(Tensor Tensor, Tensor Value)> _kept = [];
    private readonly List<Tensor> _displaced = [];

    /// <summary>Displaces them; weighted layers and normalisations that a trace replaces stay as they are.</summary>
    public Displacement(nn.Module network, NetworkProbe probe)
    {
        using var noGradient = no_grad();
        var replaced = probe.Layers.Where(layer => layer is { IsTied: false, Kind.HasCall: true }).Select(layer => layer.Module)
            .Concat(probe.Norms.Select(norm => norm.Module))
            .SelectMany(module => module.parameters())
            .Select(parameter => parameter.Handle)
            .ToHashSet();
        // Each once: a module may have two names.
        foreach (var (_, tensor) in NetworkState.Of(network))
        {
            _kept.Add((tensor, tensor.detach().clone().DetachFromDisposeScope()));
            if (tensor.is_floating_point() && !replaced.Contains(tensor.Handle))
            {
                _ = tensor.uniform_(0.5, 1.5);
                _displaced.Add(tensor);
            }
        }

        foreach (var layer in probe.Layers.Where(layer => layer.IsTied))
        {
            // What goes through must not grow from layer to layer, and zeros must stay zeros.
            _ = layer.Weight.div_(layer.Shape.KernelSize);
            _ = layer.Bias?.zero_();
        }
    }

    /// <summary>Whether they are below zero, as a shift hides behind a rectifier that is not; at first they are above.</summary>
    public bool IsNegative
    {
        get => field;
        set
        {
            using var noGradient = no_grad();
            foreach (var tensor in field != value ? _displaced : [])
            {
                _ = tensor.neg_();
            }

            field = value;
        }
    }

    /// <summary>Puts everything back.</summary>
    public void Dispose()
    {
        using var noGradient = no_grad();
        foreach (var (tensor, value) in _kept)
        {
            _ = tensor.copy_(value);
            value.Dispose();
        }
    }
}
