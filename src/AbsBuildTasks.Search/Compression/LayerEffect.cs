namespace AbsBuildTasks.Search.Compression;

/// <summary>What other decisions about one layer would change of the loss, to the first order.</summary>
/// <param name="WeightBits">For each candidate bitwidth of the weights; 0 for the present one.</param>
/// <param name="ActivationBits">For each candidate bitwidth of the inputs; 0 for the present one.</param>
/// <param name="Filters">For each filter what it is worth that it stays: ∂L/∂g of its gate.</param>
internal sealed record LayerEffect(double[] WeightBits, double[] ActivationBits, double[] Filters)
{
    /// <summary>Takes what backward passes have gathered since the last call.</summary>
    /// <param name="layer">A layer that weighs other decisions.</param>
    public static LayerEffect Take(LayerCompressor layer)
    {
        return new LayerEffect(Taken(layer.Weights.Alternatives!), Taken(layer.Activations.Alternatives!), Taken(layer.Filters.Gradients));

        static double[] Taken(double[] gathered)
        {
            double[] taken = [.. gathered];
            Array.Clear(gathered);
            return taken;
        }
    }

    /// <summary>What a change of decision would change.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="before">The decision that the effects were taken under.</param>
    /// <param name="after">Another one.</param>
    public double Change(LayerCompressor layer, LayerDecision before, LayerDecision after)
    {
        var sum = Bits(WeightBits, layer.Weights, before.WeightBits, after.WeightBits) + Bits(ActivationBits, layer.Activations, before.ActivationBits, after.ActivationBits);
        for (var filter = 0; filter < Filters.Length; filter++)
        {
            sum += Filters[filter] * ((after.Kept[filter] ? 1 : 0) - (before.Kept[filter] ? 1 : 0));
        }

        return sum;

        static double Bits(double[] effects, TensorQuantizer quantizer, int from, int to) =>
            from == to ? 0 : effects[quantizer.Chain.ToList().IndexOf(to)];
    }
}
