using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks;

/// <summary>Few examples of an easy task: noise around one centre for each class.</summary>
internal static class RandomData
{
    /// <summary>The kinds of one example's inputs.</summary>
    /// <param name="Shape">One example's shape.</param>
    /// <param name="Words">For indices, how many there are; null for numbers.</param>
    public sealed record Input(long[] Shape, int? Words = null);

    /// <summary>Training or test data.</summary>
    public static LabelledData Part(IReadOnlyList<Input> inputs, int classes, bool regression, int outputs, int count, int seed, int part, IReadOnlyList<int> sides)
    {
        _ = manual_seed(seed);
        var centres = inputs.Select(input => Centres(input, classes)).ToArray();
        _ = manual_seed((seed * 31) + part);
        var labels = randint(classes, [count], dtype: ScalarType.Int64);
        var data = inputs.Select((input, i) => Around(centres[i].index_select(0, labels), input)).ToArray();
        long[] places = [count, .. sides.Select(side => (long)side)];
        var targets = Enumerable.Range(0, outputs).Select(i => regression ? (labels.to(ScalarType.Float32).unsqueeze(1) * (i + 1) * 0.5) + (0.1 * randn(count, 1)) : (labels + i) % classes);
        return new LabelledData(data, [.. targets.Select(Everywhere)]);

        // The same at each place of an output that has places.
        Tensor Everywhere(Tensor target)
        {
            if (sides.Count == 0)
            {
                return target;
            }

            long[] shape = regression ? [count, 1, .. places[1..]] : places;
            return target.reshape([count, .. Enumerable.Repeat(1L, shape.Length - 1)]).expand(shape).contiguous();
        }
    }

    private static Tensor Centres(Input input, int classes) => input.Words is { } words
        ? randint(words, [classes, .. input.Shape], dtype: ScalarType.Int64)
        : randn([classes, .. input.Shape]);

    private static Tensor Around(Tensor centres, Input input)
    {
        if (input.Words is not { } words)
        {
            return centres + (0.5 * randn(centres.shape));
        }

        var others = randint(words, centres.shape, dtype: ScalarType.Int64);
        return where(rand(centres.shape) < 0.3, others, centres);
    }
}
