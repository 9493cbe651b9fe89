using AbsBuildTasks.Search.Tracing;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Computes scaled dot-product attention step by step, as the file has it: torch's own function shows no value within.</summary>
internal static class RoundedAttention
{
    /// <summary>The native function.</summary>
    public const string Function = "THSNN_scaled_dot_product_attention";

    /// <summary>The place of the keys, in the numbers of its results.</summary>
    public const int Keys = 1;

    /// <summary>The place of the weights of the values.</summary>
    public const int Weights = 2;

    /// <summary>The place of what a node of the file makes; null for another one.</summary>
    /// <param name="operation">The node's operator.</param>
    public static int? PlaceOf(string operation) => operation switch
    {
        "Transpose" => Keys,
        "Softmax" => Weights,
        _ => null,
    };

    /// <summary>Computes it.</summary>
    /// <param name="arguments">The native function's.</param>
    /// <param name="pass">Gets the place and the value of each value within, and returns what to go on with.</param>
    public static Tensor Run(object?[] arguments, Func<int, Tensor, Tensor> pass)
    {
        var names = NativeFunction.Of(Function).Parameters.Select(parameter => parameter.Name).ToList();
        var (query, key, value) = (Of("query")!, Of("key")!, Of("value")!);
        var scores = query.matmul(pass(Keys, key).transpose(-2, -1)).mul(1 / Math.Sqrt(query.shape[^1]));
        if ((bool)Argument("casual")!)
        {
            scores = scores.masked_fill(ones(scores.shape[^2], scores.shape[^1], ScalarType.Bool, scores.device).triu(1), double.NegativeInfinity);
        }
        else if (Of("attention_mask") is { } mask)
        {
            scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask;
        }

        var weights = pass(Weights, scores.softmax(-1));
        var dropout = (double)Argument("p")!;
        return (dropout > 0 ? functional.dropout(weights, dropout, training: true) : weights).matmul(value);

        object? Argument(string name) => arguments[names.IndexOf(name)];

        Tensor? Of(string name) => Argument(name) is IntPtr handle && handle != IntPtr.Zero ? TraceTensors.Borrow(handle) : null;
    }
}
