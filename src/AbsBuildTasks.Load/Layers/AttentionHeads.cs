using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// How many rows of queries an attention head has. TorchSharp does not tell, so the module is asked: where the values have one row
/// alone, its result depends on a row of the queries only if both are of one head.
/// </summary>
internal static class AttentionHeads
{
    private static readonly ConditionalWeakTable<Module, StrongBox<int?>> Known = [];

    /// <summary>
    /// Rows of a head; null where they cannot be told, as of a module that fails at this, or where a key and value of its own is in each head, which is not zero
    /// without the others.
    /// </summary>
    /// <param name="module">A module of <see cref="AttentionLayers"/>. It is as before at the end.</param>
    public static int? SizeIn(Module module) => Known.GetValue(module, _ => new StrongBox<int?>(Ask(module))).Value;

    private static int? Ask(Module module)
    {
        var parameters = module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter, StringComparer.Ordinal);
        if (parameters.Keys.FirstOrDefault(name => name.EndsWith(AttentionLayers.Projections, StringComparison.Ordinal)) is not { } projections || parameters.Keys.Any(name => name.EndsWith("bias_v", StringComparison.Ordinal)))
        {
            return null;
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (weight, output) = (parameters[projections], parameters[projections[..^AttentionLayers.Projections.Length] + "out_proj.weight"]);
        Tensor?[] changed = [weight, output, parameters.GetValueOrDefault(projections.Replace("weight", "bias", StringComparison.Ordinal))];
        var own = changed.Select(parameter => parameter?.clone()).ToArray();

        // Parts behind those that they are in, which set them too.
        (Module Part, bool Trains)[] modes = [.. module.modules().Prepend(module).Select(part => (part, part.training))];
        module.eval();
        try
        {
            // Nothing else may show a row, or hide it.
            _ = changed[2]?.zero_();
            _ = output.copy_(eye(output.shape[0], dtype: output.dtype, device: output.device));
            var width = (int)weight.shape[1];
            int[] sizes = [.. Enumerable.Range(1, width).Where(size => width % size == 0)];
            return sizes.Where(size => Shows(size - 1) && (size == width || !Shows(size))).Select(size => (int?)size).FirstOrDefault();

            bool Shows(int row) => AttentionHeads.Shows(module, weight, width, row);
        }
        catch (ExternalException exception) when (!DeviceMemory.IsExhausted(exception))
        {
            return null;
        }
        finally
        {
            foreach (var (parameter, value) in changed.Zip(own))
            {
                _ = parameter?.copy_(value!);
            }

            foreach (var (part, trains) in modes)
            {
                part.train(trains);
            }
        }
    }

    /// <summary>Whether the result depends on the first row of the queries where the values have one row alone.</summary>
    private static bool Shows(Module module, Parameter weight, int width, int row)
    {
        var x = arange(1, (4 * width) + 1, dtype: weight.dtype, device: weight.device).reshape(4, 1, width).div_(4 * width);
        _ = weight.zero_();
        _ = weight[width].fill_(1);
        _ = weight[(2 * width) + row].fill_(1);
        var without = Run(module, x);
        _ = weight[0].fill_(1);
        return !Run(module, x).equal(without).all().item<bool>();
    }

    /// <summary>The result for one sequence, past all hooks.</summary>
    private static Tensor Run(Module module, Tensor x) => module switch
    {
        MultiheadAttention attention => attention.forward(x, x, x, null, false, null).Item1,
        TransformerEncoderLayer layer => layer.forward(x),
        TransformerEncoder encoder => encoder.forward(x, null, null),
        TransformerDecoderLayer layer => layer.forward(x, x, null, null, null, null),
        TransformerDecoder decoder => decoder.forward(x, x, null, null, null, null),
        _ => ((Transformer)module).forward(x, x),
    };
}
