using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// Keeps a normalisation from turning the zeros of pruned filters into a constant: its scale and shift are zero where
/// all filters that feed a channel are pruned.
/// </summary>
/// <param name="norm">The layer.</param>
/// <param name="sources">What feeds its channels.</param>
internal sealed class NormMask(NormLayer norm, ChannelSources sources) : IDisposable
{
    private readonly SwappedParameter? _weight = norm.Weight is null ? null : new SwappedParameter(norm.Weight);
    private readonly SwappedParameter? _bias = norm.Bias is null ? null : new SwappedParameter(norm.Bias);
    private Tensor? _mask;

    /// <summary>The layer.</summary>
    public NormLayer Norm => norm;

    /// <summary>The weighted layers that feed it.</summary>
    public IEnumerable<int> SourceLayers { get; } = [.. sources.Channels.SelectMany(channel => channel ?? []).Select(source => source.Layer).Distinct()];

    /// <summary>Computes what the layer is to run with in the next forward pass.</summary>
    /// <param name="kept">For each weighted layer and filter whether it stays.</param>
    public void Prepare(IReadOnlyList<IReadOnlyList<bool>> kept)
    {
        var live = sources.IsLive(kept);
        _mask?.Dispose();
        _mask = live.Contains(false)
            ? tensor(live.Select(channel => channel ? 1f : 0f).ToArray(), device: norm.Weight?.device ?? CPU).DetachFromDisposeScope()
            : null;
        _weight?.SetMasked(_mask);
        _bias?.SetMasked(_mask);
    }

    /// <summary>Puts masked scale and shift in place.</summary>
    public void Enter()
    {
        if (_weight is not null)
        {
            norm.Kind.Swap(norm.Module, _weight.Value, _bias!.Value);
        }
    }

    /// <summary>Puts the layer's own scale and shift back; masks the output of a layer that has none.</summary>
    /// <returns>The masked output, or null to keep it.</returns>
    public Tensor? Leave(Tensor output)
    {
        if (_weight is not null)
        {
            norm.Kind.Swap(norm.Module, norm.Weight, norm.Bias);
            return null;
        }

        return _mask is null ? null : output.mul(_mask.to(output.device).Along(output, 1));
    }

    /// <summary>After the backward pass: gradients of the layer's own scale and shift, and of the filters' gates.</summary>
    /// <param name="filterGradients">For each weighted layer ∂L/∂g of its filters; added to.</param>
    /// <param name="weighed">
    /// Weighted layers whose share of what goes through the layer is in their gradients already. Where statistics are fixed, only
    /// what it gives for zeros is left, β − γ·μ/σ; where they are the batch's, that share is zero, as a scaled input gives the same.
    /// </param>
    public void CollectGradients(IReadOnlyList<double[]> filterGradients, IReadOnlySet<int> weighed)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (live, ofZeros) = (new double[norm.Channels], new double[norm.Channels]);
        var forZeros = weighed.Count > 0 ? NormKind.OutputForZeros(norm.Module) : null;
        foreach (var parameter in new[] { _weight, _bias })
        {
            if (parameter?.TakeGradient() is { } gradient)
            {
                RowKernel.AddDots(gradient, parameter.Original, live);
                if (forZeros is not null && parameter == _bias)
                {
                    RowKernel.AddDots(gradient, forZeros, ofZeros);
                }

                parameter.Pass(_mask is null ? gradient : gradient.mul(_mask));
            }
        }

        if (forZeros is not null)
        {
            foreach (var (channel, _) in sources.Channels.Index().Where(channel => channel.Item?.Any(source => weighed.Contains(source.Layer)) == true))
            {
                live[channel] = ofZeros[channel];
            }
        }

        sources.AddGateGradients(live, filterGradients);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _weight?.Dispose();
        _bias?.Dispose();
        _mask?.Dispose();
    }
}
