using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>What data usually goes through between reading and training.</summary>
public static class LabelledDataExtensions
{
    /// <summary>Subtracts each channel's mean and divides by its deviation.</summary>
    /// <param name="data">Inputs <c>[N, C, …]</c>, floating point.</param>
    /// <param name="statistics">Those of the training part, for all parts.</param>
    /// <returns>New inputs, the same targets.</returns>
    /// <exception cref="AbsException">ABS2005: another number of channels.</exception>
    public static LabelledData Normalized(this LabelledData data, ChannelStatistics statistics)
    {
        var channels = data.Shape[1];
        if (channels != statistics.Mean.Count)
        {
            throw new AbsException(AbsCodes.InvalidData, $"Inputs have {channels} channels, but there are statistics of {statistics.Mean.Count}; measure the same kind of inputs.");
        }

        return WithFirst(data, data.Shape, inputs => inputs.sub(PerChannel(inputs, statistics.Mean)).div_(PerChannel(inputs, statistics.Deviation)));
    }

    /// <summary>Gives each input another shape, such as images that a table held as rows.</summary>
    /// <param name="data">Inputs <c>[N, …]</c>.</param>
    /// <param name="shape">The shape of one example, such as <c>1, 28, 28</c>.</param>
    /// <returns>Inputs <c>[N, shape]</c> over the same memory, the same targets.</returns>
    /// <exception cref="AbsException">ABS2005: another number of values.</exception>
    public static LabelledData Reshaped(this LabelledData data, params IReadOnlyList<long> shape)
    {
        var there = data.Shape.Skip(1).Aggregate(1L, (product, size) => product * size);
        return shape.Count > 0 && shape.All(size => size > 0) && shape.Aggregate((Int128)1, (product, size) => Int128.Min(product * size, long.MaxValue)) == there
            ? WithFirst(data, [data.Count, .. shape], inputs => inputs.reshape([inputs.shape[0], .. shape]))
            : throw new AbsException(AbsCodes.InvalidData, $"An input of {there} values cannot have shape [{string.Join(", ", shape)}]; give sizes with this product.");
    }

    /// <summary>Splits off test data: every nth example, from the first.</summary>
    /// <param name="data">Examples in an order that has nothing to do with their targets.</param>
    /// <param name="every">The distance of two test examples, at least 2; 5 holds out a fifth.</param>
    /// <exception cref="AbsException">ABS2005: the distance is below 2, or there are fewer than two examples.</exception>
    public static ModelData HoldOut(this LabelledData data, int every)
    {
        if (every < 2 || data.Count < 2)
        {
            throw new AbsException(AbsCodes.InvalidData, $"HoldOut(every: {every}) cannot split {data.Count} examples; give at least two examples, and hold out every second or fewer.");
        }

        using var scope = NewDisposeScope();
        return new ModelData(Part(index => index % every != 0), Part(index => index % every == 0));

        LabelledData Part(Func<long, bool> isPart)
        {
            var chosen = Enumerable.Range(0, data.Count).Select(index => (long)index).Where(isPart).ToArray();
            var indices = tensor(chosen, device: data.Targets.device);
            return data.Streamed is { } streamed
                ? new LabelledData(streamed with { Indices = [.. chosen.Select(index => streamed.Indices[index])] }, Chosen(data.Targets))
                : new LabelledData([.. data.AllInputs.Select(Chosen)], [.. data.AllTargets.Select(Chosen)]);

            Tensor Chosen(Tensor all) => all.index_select(0, indices);
        }
    }

    /// <summary>Other first inputs, and all else as it is.</summary>
    /// <param name="data">The data.</param>
    /// <param name="shape">The shape of the first inputs after their change.</param>
    /// <param name="change">Changes the first inputs, all at once or a batch of them.</param>
    private static LabelledData WithFirst(LabelledData data, long[] shape, Func<Tensor, Tensor> change)
    {
        using var scope = NewDisposeScope();
        return data.Streamed is { } streamed
            ? new LabelledData(streamed with { Shape = shape[1..], Change = batch => change(streamed.Change(batch)) }, data.Targets.alias())
            : new LabelledData([change(data.Inputs), .. data.AllInputs.Skip(1).Select(input => input.alias())], [.. data.AllTargets.Select(target => target.alias())]);
    }

    private static Tensor PerChannel(Tensor inputs, IReadOnlyList<double> values)
    {
        var shape = inputs.shape.Select((_, dimension) => dimension == 1 ? values.Count : 1L).ToArray();
        return tensor(values.ToArray()).to(inputs.dtype).to(inputs.device).reshape(shape);
    }
}
