using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search;

/// <summary>Looks for values that are not finite numbers in data, where something has failed of them.</summary>
/// <remarks>Not before: a network may well take NaN for what is missing, and a loss leave it out.</remarks>
internal static class DataValues
{
    // Of the examples that are looked at together; the mask takes memory, too.
    private const int Chunk = 1024;

    /// <summary>Fails where data hold one.</summary>
    /// <param name="data">The data.</param>
    /// <param name="part">What they are: <c>training</c> or <c>test</c>.</param>
    /// <param name="consequence">What failed of it, as the end of a sentence.</param>
    /// <exception cref="AbsException">ABS2022, naming the first example.</exception>
    public static void Require(LabelledData data, string part, string consequence)
    {
        using var noGradient = no_grad();
        Require(data.Streamed is null ? data.AllInputs : [], "input", part, consequence);
        Require(data.AllTargets, "target", part, consequence);
    }

    private static void Require(IReadOnlyList<Tensor> tensors, string kind, string part, string consequence)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            if (tensors[i].is_floating_point() && First(tensors[i]) is { } example)
            {
                var which = tensors.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{kind} {i}") : kind;
                throw new AbsException(AbsCodes.DataNotFinite, string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {part} data hold a value that is not a finite number (NaN or infinity), first in {which} of example {example}, counted from 0, and {consequence}. Leave such examples out in LoadData, or replace the value; where the model takes it into account, lower LearningRate."));
            }
        }
    }

    private static long? First(Tensor values)
    {
        for (var start = 0L; start < values.shape[0]; start += Chunk)
        {
            using var scope = NewDisposeScope();
            var finite = values.narrow(0, start, Math.Min(Chunk, values.shape[0] - start)).isfinite();
            var each = values.dim() > 1 ? finite.flatten(1).all(1) : finite;
            if (!each.all().item<bool>())
            {
                return start + each.logical_not().nonzero()[0, 0].item<long>();
            }
        }

        return null;
    }
}
