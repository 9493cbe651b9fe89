using AbsBuildTasks.Search.Data;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Data;

public class ImageResamplerTests
{
    [Property]
    public bool One_colour_stays_that_colour(byte width, byte height, byte newWidth, byte newHeight, byte grey, bool stretch)
    {
        var pixels = Enumerable.Repeat(grey, (width + 1) * (height + 1) * 4).ToArray();
        var format = new ImageFormat(newWidth + 1, newHeight + 1) { Fit = stretch ? ImageFit.Stretch : ImageFit.Crop, Channels = 1 };
        return Resample(width + 1, height + 1, pixels, format).All(value => Math.Abs(value - (grey / 255f)) < 1e-5);
    }

    [Property]
    public bool Values_stay_in_range(byte width, byte height, byte newWidth, byte newHeight, int seed) =>
        Resample(width + 1, height + 1, DataFolder.Random((width + 1) * (height + 1) * 4, seed), new ImageFormat(newWidth + 1, newHeight + 1))
            .All(value => value is >= 0 and < 1.00001f);

    [Fact]
    public void Halving_weighs_neighbours_linearly()
    {
        // One row of four grey pixels to two: weights 3/8, 3/8, 1/8 of the pixels at distances 1/2, 1/2, 3/2.
        var row = Resample(4, 1, Grey(0, 100, 200, 40), new ImageFormat(2, 1) { Channels = 1, Fit = ImageFit.Stretch });
        Assert.Equal((0 * 3) + (100 * 3) + 200, row[0] * 255 * 7, 2);
        Assert.Equal(100 + (200 * 3) + (40 * 3), row[1] * 255 * 7, 2);
    }

    [Fact]
    public void Cropping_keeps_the_middle()
    {
        Assert.Equal([1 / 255f, 2 / 255f], Resample(4, 2, Grey(0, 1, 2, 3, 0, 1, 2, 3), new ImageFormat(2, 2) { Channels = 1 })[..2]);
        Assert.Equal([5 / 255f, 6 / 255f, 9 / 255f, 10 / 255f], Resample(4, 4, Grey([.. Enumerable.Range(0, 16).Select(i => (byte)i)]), new ImageFormat(2, 2) { Channels = 1, Share = 0.5 }));
    }

    [Fact]
    public void Grey_weighs_colours()
    {
        var grey = Resample(1, 1, [10, 20, 30, 255], new ImageFormat(1, 1) { Channels = 1 });
        Assert.Equal(((10 * 0.299) + (20 * 0.587) + (30 * 0.114)) / 255, grey[0], 6);
    }

    private static byte[] Grey(params byte[] values) => [.. values.SelectMany(value => new[] { value, value, value, (byte)255 })];

    private static float[] Resample(int width, int height, byte[] pixels, ImageFormat format)
    {
        var output = new float[format.Channels * format.Height * format.Width];
        ImageResampler.Resample(width, height, pixels, format, output);
        return output;
    }
}
