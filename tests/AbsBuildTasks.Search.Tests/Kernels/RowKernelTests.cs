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
}
