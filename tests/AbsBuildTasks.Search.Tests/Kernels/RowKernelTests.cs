using AbsBuildTasks.Search.Kernels;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Kernels;

public class RowKernelTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 16)]
    [InlineData(7, 37)]
    public void Rows_are_summed_and_changed_as_torch_does(int rows, int length)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var (a, b, target) = (randn([rows, length, 1]), randn([rows, length, 1]), randn([rows, length, 1]));
        a[0, 0, 0] = 0;
        var amounts = Enumerable.Range(0, rows).Select(row => row * 0.5f).ToArray();
        var sums = Enumerable.Repeat(1.0, rows).ToArray();
        var expected = target + (a.sign() * tensor(amounts).reshape(-1, 1, 1));

        RowKernel.AddDots(a, b, sums);
        RowKernel.AddSigns(target, a, amounts);

        Assert.All(RowKernel.MeanMagnitudes(a).Zip(a.abs().flatten(1).mean([1]).data<float>().ToArray()), pair => Assert.Equal(pair.Second, pair.First, 5));
        Assert.All(sums.Zip((a * b).flatten(1).sum(1).data<float>().ToArray()), pair => Assert.Equal(1 + pair.Second, pair.First, 4));
        Assert.True(target.allclose(expected));
    }

    /// <summary>What is not in this process's memory in single precision goes through torch, as everything does on a GPU.</summary>
    [Fact]
    public void The_kernel_and_torch_agree()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var (a, b) = (randn([5, 37, 2]), randn([5, 37, 2]));
        var (wide, other) = (a.to(ScalarType.Float64), b.to(ScalarType.Float64));
        float[] amounts = [0.5f, 0, -1, 2, 3];
        var (sums, wideSums) = (Enumerable.Repeat(1.0, 5).ToArray(), Enumerable.Repeat(1.0, 5).ToArray());

        RowKernel.AddDots(a, b, sums);
        RowKernel.AddDots(wide, other, wideSums);
        RowKernel.AddSigns(b, a, amounts);
        RowKernel.AddSigns(other, wide, amounts);

        Assert.All(sums.Zip(wideSums), pair => Assert.Equal(pair.Second, pair.First, 4));
        Assert.All(RowKernel.MeanMagnitudes(wide).Zip(RowKernel.MeanMagnitudes(a)), pair => Assert.Equal(pair.First, pair.Second, 5));
        Assert.True(other.allclose(b.to(ScalarType.Float64), atol: 1e-5));
    }

    [Fact]
    public void Rows_that_do_not_lie_side_by_side_are_changed_in_their_places()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var (target, weight) = (randn([4, 3]).t(), randn([3, 4]).requires_grad_());
        var expected = target.contiguous();

        RowKernel.AddSigns(target, weight, [1, -2, 0]);
        RowKernel.AddSigns(expected, weight, [1, -2, 0]);

        Assert.False(target.is_contiguous());
        Assert.False(target.requires_grad);
        Assert.True(target.allclose(expected));
    }
}
