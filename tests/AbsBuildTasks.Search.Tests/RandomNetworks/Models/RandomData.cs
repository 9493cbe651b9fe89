using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Models;

/// <summary>Few examples of an easy task: noise around one centre for each class.</summary>
internal static class RandomData
{
    /// <summary>The kinds of one example's inputs.</summary>
    /// <param name="Shape">One example's shape.</param>
    /// <param name="Words">For indices, how many there are; null for numbers.</param>
    /// <param name="Categories">How many indices the first number of each example is one of; null where it is a number like others.</param>
    public sealed record Input(long[] Shape, int? Words = null, int? Categories = null);

    /// <summary>Training or test data.</summary>
    public static LabelledData Part(IReadOnlyList<Input> inputs, int classes, bool regression, int outputs, int count, int seed, int part, IReadOnlyList<int> sides)
    {
        _ = manual_seed(seed);
        var centres = inputs.Select(input => Centres(input, classes)).ToArray();
        _ = manual_seed((seed * 31) + part);
        var labels = randint(classes, [count], dtype: ScalarType.Int64);
        var dice = new Dice(seed + 5_000_000);
        var (scale, empty) = (dice.Pick(1.0, 1, 1, 1, 1, 1, 0.1, 5, 20), dice.Chance(0.2));
        var data = inputs.Select((input, i) => Around(centres[i].index_select(0, labels), input, scale)).ToArray();
        if (empty)
        {
            // The first examples of real data are often not like the others.
            foreach (var input in data)
            {
                _ = input.narrow(0, 0, 6).zero_();
            }
        }

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

    private static Tensor Around(Tensor centres, Input input, double scale)
    {
        if (input.Words is not { } words)
        {
            var numbers = scale * (centres + (0.5 * randn(centres.shape)));
            if (input.Categories is { } categories)
            {
                numbers[TensorIndex.Colon, 0] = randint(categories, [centres.shape[0]]).to(ScalarType.Float32);
            }

            return numbers;
        }

        var others = randint(words, centres.shape, dtype: ScalarType.Int64);
        return where(rand(centres.shape) < 0.3, others, centres);
    }
}
