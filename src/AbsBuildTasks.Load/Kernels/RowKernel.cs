using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>One pass over the rows, that is the filters, of a weight; on a GPU, only what is known of a row leaves it.</summary>
/// <remarks>As in <see cref="SuperBitKernel"/>, 16 lanes whatever the processor has, so that every machine gives the same bits.</remarks>
internal static class RowKernel
{
    /// <summary>Mean |w| of each row.</summary>
    /// <param name="weight"><c>[rows, …]</c>.</param>
    public static double[] MeanMagnitudes(Tensor weight)
    {
        if (!HostMemory.Holds(weight))
        {
            using var scope = NewDisposeScope();
            return ToHost(weight.detach().abs().flatten(1).mean([1], type: ScalarType.Float64));
        }

        using var local = Local(weight);
        var means = new double[weight.shape[0]];
        var values = HostMemory.Values(local);
        var length = values.Length / means.Length;
        for (var row = 0; row < means.Length; row++)
        {
            means[row] = Dot(values.Slice(row * length, length), default) / length;
        }

        return means;
    }

    /// <summary>Adds Σ a·b of each row to a sum.</summary>
    /// <param name="left"><c>[rows, …]</c>.</param>
    /// <param name="right">As many values.</param>
    /// <param name="sums">One for each row.</param>
    public static void AddDots(Tensor left, Tensor right, double[] sums)
    {
        if (!HostMemory.Holds(left))
        {
            using var scope = NewDisposeScope();
            var dots = ToHost(left.detach().mul(right.detach()).reshape(sums.Length, -1).sum(1, type: ScalarType.Float64));
            for (var row = 0; row < sums.Length; row++)
            {
                sums[row] += dots[row];
            }

            return;
        }

        using var a = Local(left);
        using var b = Local(right);
        var one = HostMemory.Values(a);
        var other = HostMemory.Values(b);
        var length = one.Length / sums.Length;
        for (var row = 0; row < sums.Length; row++)
        {
            sums[row] += Dot(one.Slice(row * length, length), other.Slice(row * length, length));
        }
    }

    /// <summary>target += amount·sign(w), row by row.</summary>
    /// <param name="target"><c>[rows, …]</c>, changed in place.</param>
    /// <param name="weight">As many values.</param>
    /// <param name="amounts">One for each row.</param>
    public static void AddSigns(Tensor target, Tensor weight, float[] amounts)
    {
        if (!HostMemory.Holds(target) || !target.is_contiguous())
        {
            using var scope = NewDisposeScope();
            _ = target.add_(weight.detach().sign().mul_(tensor(amounts, device: weight.device).Along(weight, 0)));
            return;
        }

        using var local = Local(weight);
        var sums = HostMemory.Values(target);
        var values = HostMemory.Values(local);
        var length = values.Length / amounts.Length;
        for (var row = 0; row < amounts.Length; row++)
        {
            if (amounts[row] != 0)
            {
                AddSigns(sums.Slice(row * length, length), values.Slice(row * length, length), amounts[row]);
            }
        }
    }

    /// <summary>Σ a·b, or Σ |a| where there is no b.</summary>
    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var total = 0.0;
        var sum = Vector512<float>.Zero;
        var width = Vector512<float>.Count;
        var i = 0;
        for (; i <= a.Length - width; i += width)
        {
            var values = Vector512.Create(a.Slice(i, width));
            sum += b.IsEmpty ? Vector512.Abs(values) : values * Vector512.Create(b.Slice(i, width));
        }

        for (; i < a.Length; i++)
        {
            total += b.IsEmpty ? Math.Abs(a[i]) : a[i] * b[i];
        }

        return total + Vector512.Sum(sum);
    }

    private static void AddSigns(Span<float> target, ReadOnlySpan<float> values, float amount)
    {
        var width = Vector512<float>.Count;
        var (plus, minus, zero) = (Vector512.Create(amount), Vector512.Create(-amount), Vector512<float>.Zero);
        var i = 0;
        for (; i <= values.Length - width; i += width)
        {
            var w = Vector512.Create(values.Slice(i, width));
            var signed = Vector512.ConditionalSelect(Vector512.GreaterThan(w, zero), plus, Vector512.ConditionalSelect(Vector512.LessThan(w, zero), minus, zero));
            (Vector512.Create((ReadOnlySpan<float>)target.Slice(i, width)) + signed).CopyTo(target.Slice(i, width));
        }

        for (; i < values.Length; i++)
        {
            target[i] += amount * MathF.Sign(values[i]);
        }
    }

    private static Tensor Local(Tensor values) => values.detach().contiguous();

    private static double[] ToHost(Tensor perRow) => perRow.cpu().data<double>().ToArray();
}
