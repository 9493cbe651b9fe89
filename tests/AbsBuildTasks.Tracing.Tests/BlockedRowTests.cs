using AbsBuildTasks.Search.OnnxExport.Quantized;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>A convolution of one row of pixels, whole and in blocks.</summary>
public sealed class BlockedRowTests
{
    private const int Most = 4;

    /// <summary>All small rows, kernels, strides and paddings.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Blocks_give_the_results_of_pixels(int block)
    {
        var tried = 0;
        foreach (var (pixels, kernel, stride, before, after) in
            from pixels in Enumerable.Range(1, 3 * block)
            from kernel in Enumerable.Range(1, 7)
            from stride in Enumerable.Range(1, Most)
            from before in Enumerable.Range(0, Most)
            from after in Enumerable.Range(0, Most)
            where pixels + before + after >= kernel
            select (pixels, kernel, stride, before, after))
        {
            int[] image = [.. Enumerable.Range(1, pixels).Select(i => i * i)];
            int[] weights = [.. Enumerable.Range(1, kernel).Select(i => (7 * i) - 3)];
            var wanted = Convolve([.. new int[before], .. image, .. new int[after]], weights, stride);
            if (BlockedRow.TryOf(block, pixels, wanted.Length, kernel, stride, before) is not { } row)
            {
                continue;
            }

            int[] blocks = [.. new int[row.Before * block], .. image, .. new int[row.After * block]];
            int[][] given = [.. Enumerable.Range(0, row.Results).Select(result => Convolve(blocks, [.. new int[row.Offset + (result * stride)], .. weights, .. new int[(row.Kernel * block) - row.Offset - (result * stride) - kernel]], block))];
            Assert.Equal(wanted, Enumerable.Range(0, wanted.Length).Select(i => given[i % row.Results][i / row.Results]));
            Assert.All(given, results => Assert.Equal(wanted.Length / row.Results, results.Length));
            tried++;
        }

        Assert.InRange(tried, 100, int.MaxValue);
    }

    [Theory]
    [InlineData(4, 27, 24, 5, 1, 0)]
    [InlineData(4, 28, 26, 3, 1, 0)]
    [InlineData(4, 28, 9, 3, 3, 0)]
    public void What_does_not_come_out_in_whole_blocks_is_left(int block, int pixels, int results, int kernel, int stride, int before) =>
        Assert.Null(BlockedRow.TryOf(block, pixels, results, kernel, stride, before));

    [Fact]
    public void The_first_layer_of_LeNet_takes_two_blocks_of_four_and_gives_four_results()
    {
        var row = BlockedRow.TryOf(block: 4, pixels: 28, results: 24, kernel: 5, stride: 1, before: 0)!.Value;

        Assert.Equal(new BlockedRow(Block: 4, Results: 4, Offset: 0, Kernel: 2, Before: 0, After: 0), row);
        Assert.Equal(1.6, row.Growth(5));
    }

    private static int[] Convolve(int[] pixels, int[] kernel, int stride) =>
        [.. Enumerable.Range(0, ((pixels.Length - kernel.Length) / stride) + 1).Select(at => kernel.Select((weight, i) => weight * pixels[(at * stride) + i]).Sum())];
}
