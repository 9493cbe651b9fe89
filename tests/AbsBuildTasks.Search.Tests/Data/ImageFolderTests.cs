using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly ImageFormat Small = new(4, 3);

    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Images_come_in_the_order_of_their_paths_with_the_class_of_their_folder()
    {
        Add("train/dog/b.png", 4, 3, 10);
        Add("train/dog/B.png", 4, 3, 20);
        Add("train/cat/deeper/z.PNG", 4, 3, 30);
        Add("train/cat/a.png", 4, 3, 40);
        _ = _folder.Write("train/cat/.hidden", 1);
        _ = _folder.Write("train/readme.txt", 1);

        var images = ImageFolder.Open(_folder.Context(), "train");
        var data = images.Read(Small);

        Assert.Equal(["cat", "dog"], images.Classes);
        Assert.Equal(4, images.Count);
        Assert.Equal([4, 3, 3, 4], data.Inputs.shape);
        Assert.Equal([40f, 30, 20, 10], data.Inputs.select(1, 0).select(1, 0).select(1, 0).mul(255).round().data<float>().ToArray());
        Assert.Equal([0L, 0, 1, 1], data.Targets.data<long>().ToArray());
    }

    [UnixTheory]
    [InlineData(20)]
    public void Folders_that_lead_to_each_other_are_gone_through_once(int folders)
    {
        for (var from = 0; from < folders; from++)
        {
            Add($"train/cat/n{from}/a.png", 4, 3, 10);
        }

        var context = _folder.Context();
        for (var from = 0; from < folders; from++)
        {
            for (var to = 0; to < folders; to++)
            {
                Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "train", "cat", $"n{from}", $"to{to}"), Path.Combine(_folder.Root, "train", "cat", $"n{to}"));
            }
        }

        Assert.Equal(folders, ImageFolder.Open(context, "train").Count);
    }

    [Fact]
    public void Pixels_of_the_wanted_size_stay_as_they_are()
    {
        Add("train/a/1.png", 4, 3, 0);
        var data = ImageFolder.Open(_folder.Context(), "train").Read(Small);

        for (var y = 0; y < 3; y++)
        {
            for (var x = 0; x < 4; x++)
            {
                var colour = Colour(x, y, 0);
                Assert.Equal([colour.Red / 255f, colour.Green / 255f, colour.Blue / 255f], data.Inputs[0, TensorIndex.Colon, y, x].data<float>().ToArray());
            }
        }
    }

    [Fact]
    public void Jpeg_is_read()
    {
        using var bitmap = new SKBitmap(16, 16);
        bitmap.Erase(new SKColor(200, 100, 50));
        _ = _folder.Write("train/a/1.jpg", Encode(bitmap, SKEncodedImageFormat.Jpeg));

        var mean = ImageFolder.Open(_folder.Context(), "train").Read(Small).Inputs.mean([0, 2, 3]).mul(255).data<float>().ToArray();

        Assert.All(mean.Zip([200, 100, 50]), pair => Assert.InRange(pair.First, pair.Second - 3, pair.Second + 3));
    }

    [Fact]
    public void Classes_can_be_those_of_another_folder()
    {
        Add("train/a/1.png", 4, 3, 0);
        Add("train/b/1.png", 4, 3, 0);
        Add("test/b/1.png", 4, 3, 0);
        Add("other/c/1.png", 4, 3, 0);
        var context = _folder.Context();
        var classes = ImageFolder.Open(context, "train").Classes;

        Assert.Equal([1L], ImageFolder.Open(context, "test", classes).Read(Small).Targets.data<long>().ToArray());
        _ = DamagedData.Refused(() => ImageFolder.Open(context, "other", classes), "'other/c' is none of the 2 classes");
    }

    [Fact]
    public void What_is_no_image_folder_is_refused()
    {
        Add("train/a/1.png", 4, 3, 0);
        _ = _folder.Write("text/a/1.txt", 1);
        _ = _folder.Write("empty/1.png", 1);
        _ = Directory.CreateDirectory(Path.Combine(_folder.Root, "bare/a"));
        var uncovered = new ModelContext(_folder.Root, []);

        Assert.Equal(AbsCodes.DataFileMissing, DamagedData.Refused(() => ImageFolder.Open(uncovered, "none"), "'none'").Code);
        Assert.Equal(AbsCodes.DataFileNotCovered, DamagedData.Refused(() => ImageFolder.Open(uncovered, "train"), "'train/a/1.png'").Code);
        _ = DamagedData.Refused(() => ImageFolder.Open(_folder.Context(), "text"), "'text/a/1.txt' is neither");
        _ = DamagedData.Refused(() => ImageFolder.Open(_folder.Context(), "empty"), "'empty' has no folder with images");
        _ = DamagedData.Refused(() => ImageFolder.Open(_folder.Context(), "bare"), "'bare/a' has no images");
    }

    [Theory]
    [InlineData(0, 4, 3, 1.0)]
    [InlineData(4, 20_000, 3, 1.0)]
    [InlineData(4, 4, 2, 1.0)]
    [InlineData(4, 4, 3, 0.0)]
    [InlineData(4, 4, 3, double.NaN)]
    public void Formats_out_of_range_are_refused(int width, int height, int channels, double share)
    {
        Add("train/a/1.png", 4, 3, 0);
        _ = DamagedData.Refused(() => ImageFolder.Open(_folder.Context(), "train").Read(new ImageFormat(width, height) { Channels = channels, Share = share }));
    }

    [Fact]
    public void The_first_damaged_image_is_named()
    {
        Add("train/a/1.png", 4, 3, 0);
        for (var i = 2; i < 9; i++)
        {
            _ = _folder.Write($"train/a/{i}.png", DataFolder.Random(50, i));
        }

        _ = DamagedData.Refused(() => ImageFolder.Open(_folder.Context(), "train").Read(Small), "'train/a/2.png', offset 0: the content is neither PNG nor JPEG");
    }

    [Fact]
    public void Images_that_do_not_fit_into_memory_are_refused_before_it_is_taken()
    {
        for (var i = 0; i < 40; i++)
        {
            Add($"train/a/{i}.png", 2, 2, 0);
        }

        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < 40L * 3 * 4 << 28)
        {
            _ = DamagedData.Refused(() => ImageFolder.Open(_folder.Context(), "train").Read(new ImageFormat(1 << 14, 1 << 14)), "'train' needs 128849018880 bytes");
        }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void A_truncated_image_is_refused_unless_all_its_pixels_are_there(SKEncodedImageFormat format)
    {
        var content = Example(format);
        var whole = Decode(content).Pixels;
        DamagedData.Truncate(content, Decode, (_, image) => image.Pixels.SequenceEqual(whole));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void Damage_gives_our_failure_or_an_image(SKEncodedImageFormat format)
    {
        var content = Example(format);
        DamagedData.Corrupt(content, content.Length, Decode, (_, image) => image.Pixels.Length == image.Width * image.Height * 4);
    }

    [Fact]
    public void A_size_that_the_file_cannot_hold_takes_no_memory()
    {
        // The size of a PNG is at offset 16, its checksum at 29.
        var content = Example(SKEncodedImageFormat.Png);
        DataFolder.BigEndian(30_000).CopyTo(content, 16);
        DataFolder.BigEndian(30_000).CopyTo(content, 20);
        DataFolder.BigEndian(ContentCheck.Of(new MemoryStream(content[12..29]), long.MaxValue, out _).Crc32).CopyTo(content, 29);

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = DamagedData.Refused(() => Decode(content), "it declares 30000×30000 pixels");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static (int Width, int Height, byte[] Pixels) Decode(byte[] content)
    {
        using var file = new DataFile("image", () => new MemoryStream(content));
        return ImageDecoder.Decode(file);
    }

    private static byte[] Example(SKEncodedImageFormat format)
    {
        using var bitmap = Bitmap(13, 9, 3);
        return Encode(bitmap, format);
    }

    private void Add(string name, int width, int height, byte first)
    {
        using var bitmap = Bitmap(width, height, first);
        _ = _folder.Write(name, Encode(bitmap, SKEncodedImageFormat.Png));
    }

    private static SKBitmap Bitmap(int width, int height, byte first)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, Colour(x, y, first));
            }
        }

        return bitmap;
    }

    private static SKColor Colour(int x, int y, byte first) => new((byte)(first + (y * 4) + x), (byte)(x * 50), (byte)(y * 80));

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
