using AbsBuildTasks.Search.OnnxExport.Quantized;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class GridChoiceTests
{
    private const int Bins = 4096;

    [Fact]
    public void The_error_is_the_sum_of_squared_differences()
    {
        // Values of 0.5 and 3.5; levels 0, 1 and 2.
        var values = new ValueHistogram(0, 4, [3, 0, 0, 2]);

        Assert.Equal((3 * 0.25) + (2 * 2.25), values.Error(new LevelGrid(1, 0, 2)), 9);
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(-3, 3)]
    [InlineData(-1, 7)]
    [InlineData(-5, 0)]
    public void Values_that_fill_their_range_get_all_of_it(double low, double high)
    {
        var grid = GridChoice.Of(new ValueHistogram(low, high, [.. Enumerable.Repeat(1L, Bins)]), []);

        Assert.Equal(byte.MaxValue, grid.High - grid.Low);
        Assert.True(grid is { FitsByte: true });
        Assert.InRange(grid.Scale, 0.97 * (high - low) / byte.MaxValue, 1.001 * (high - low) / byte.MaxValue);
        Assert.InRange(grid.Low * grid.Scale, low - grid.Scale, low + (0.05 * (high - low)));
    }

    [Fact]
    public void Few_far_values_are_clipped()
    {
        // All within 1, and one far out.
        long[] counts = [.. Enumerable.Range(0, Bins).Select(bin => bin < Bins / 10 ? 1000L : bin == Bins - 1 ? 1 : 0)];

        var grid = GridChoice.Of(new ValueHistogram(0, 10, counts), []);

        Assert.InRange(grid.High * grid.Scale, 1, 8);
    }

    [Fact]
    public void A_value_that_is_always_zero_has_levels_all_the_same() =>
        Assert.Equal(LevelGrid.Bytes(1, 0), GridChoice.Of(new ValueHistogram(0, 0, new long[Bins]), []));

    [Fact]
    public void The_levels_of_a_reader_are_shared_where_they_are_about_as_good()
    {
        var values = new ValueHistogram(0, 6, [.. Enumerable.Repeat(1L, Bins)]);
        var (good, coarse) = (LevelGrid.Bytes(6.2f / 255, 0), LevelGrid.Bytes(60f / 255, 0));

        Assert.Equal(good, GridChoice.Of(values, [coarse, good]));
        Assert.NotEqual(coarse, GridChoice.Of(values, [coarse]));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(63)]
    [InlineData(31)]
    public void Rounding_for_a_reader_of_few_levels_comes_out_as_if_it_alone_had_rounded(int highest)
    {
        var reader = LevelGrid.Bytes(6f / highest, 0);
        var grid = GridChoice.Of(new ValueHistogram(0, 6, [.. Enumerable.Repeat(1L, Bins)]), [reader]);

        // Off the ties, which may fall to either side.
        var random = new Random(3);
        Assert.All(Enumerable.Range(0, 5000).Select(_ => 5.9 * random.NextDouble()).Where(value => Math.Abs((value / reader.Scale % 1) - 0.5) > 1e-3), value =>
            Assert.Equal(Math.Round(value / reader.Scale), Math.Round((float)(Math.Round(value / grid.Scale) * grid.Scale) / reader.Scale)));
        Assert.NotEqual(reader, grid);
    }
}
