using AbsBuildTasks.Plans.Cost;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Cost;

public class MonotoneGridTests
{
    [Fact]
    public void Between_points_it_is_linear_in_each_axis_and_beyond_them_constant()
    {
        var grid = new MonotoneGrid([10, 20, 40], [2, 6], [[100, 200], [300, 400], [500, 900]]);

        Assert.Equal(100, grid.At(10, 2));
        Assert.Equal(900, grid.At(40, 6));
        Assert.Equal(200, grid.At(15, 2));
        Assert.Equal(150, grid.At(10, 4));

        // Half way down between 350 and 700.
        Assert.Equal(525, grid.At(30, 4));
        Assert.Equal(100, grid.At(1, 0));
        Assert.Equal(900, grid.At(99, 99));
    }

    [Fact]
    public void What_was_slower_than_a_larger_point_takes_as_long_as_that()
    {
        var grid = new MonotoneGrid([1, 2, 3], [1, 2], [[50, 80], [90, 70], [60, 100]]);

        Assert.Equal([50, 70, 60, 70, 60, 100], new[] { (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2) }.Select(place => grid.At(place.Item1, place.Item2)));
    }

    [Property]
    public bool It_never_falls_and_stays_within_what_was_measured(NonEmptyArray<PositiveInt> first, NonEmptyArray<PositiveInt> second, int seed)
    {
        var random = new System.Random(seed);
        long[] rows = Places(first), columns = Places(second);
        long[][] measured = [.. rows.Select(_ => columns.Select(_ => (long)random.Next(1, 1000)).ToArray())];
        var grid = new MonotoneGrid(rows, columns, measured);
        var (row, column) = (random.NextDouble() * (rows[^1] + 2), random.NextDouble() * (columns[^1] + 2));
        var (more, further) = (row + (random.NextDouble() * 5), column + (random.NextDouble() * 5));

        return grid.At(row, column) <= grid.At(more, column) + 1e-9
            && grid.At(row, column) <= grid.At(row, further) + 1e-9
            && grid.At(row, column) <= grid.At(more, further) + 1e-9
            && grid.At(row, column) >= measured.Min(times => times.Min())
            && grid.At(row, column) <= measured[^1][^1];

        static long[] Places(NonEmptyArray<PositiveInt> steps)
        {
            var sum = 0L;
            return [.. steps.Get.Take(6).Select(step => sum += step.Get)];
        }
    }

    [Property]
    public bool What_rises_already_is_not_changed(PositiveInt first, PositiveInt second, PositiveInt third)
    {
        long[] times = [first.Get, first.Get + second.Get, first.Get + second.Get + third.Get];
        var grid = new MonotoneGrid([4, 8, 12], [16], [[times[0]], [times[1]], [times[2]]]);
        return times.SequenceEqual(new[] { 4, 8, 12 }.Select(filters => (long)grid.At(filters, 16)));
    }
}
