namespace AbsBuildTasks.Search.Data;

/// <summary>Brings decoded images into one form.</summary>
/// <remarks>It runs beside training, and so must not allocate: see docs/traps.md on scalars.</remarks>
internal static class ImageResampler
{
    /// <summary>Crops, scales and converts an image.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Pixels as <see cref="ImageDecoder"/> gives them; opacity is left out.</param>
    /// <param name="format">The form wanted.</param>
    /// <param name="output"><c>[Channels, Height, Width]</c>, 0 to 1.</param>
    /// <exception cref="OutOfMemoryException">The image is too large for this format.</exception>
    public static void Resample(int width, int height, ReadOnlySpan<byte> pixels, ImageFormat format, Span<float> output)
    {
        var part = Part(width, height, format);
        using var columns = new ResampleAxis(width, (width - part.Width) / 2, part.Width, format.Width);
        using var rows = new ResampleAxis(height, (height - part.Height) / 2, part.Height, format.Height);
        using var planeBuffer = new NativeBuffer<float>(width);
        using var narrowedBuffer = new NativeBuffer<float>(Math.BigMul(height, format.Width));
        var plane = planeBuffer.Span;
        var narrowed = narrowedBuffer.Span;
        for (var channel = 0; channel < format.Channels; channel++)
        {
            for (var y = 0; y < height; y++)
            {
                var row = pixels.Slice(y * width * ImageDecoder.PixelBytes, width * ImageDecoder.PixelBytes);
                Unpack(row, format.Channels == 1 ? null : channel, plane);
                for (var x = 0; x < columns.Count; x++)
                {
                    narrowed[(y * columns.Count) + x] = columns.At(plane, 1, x);
                }
            }

            var target = output.Slice(channel * rows.Count * columns.Count, rows.Count * columns.Count);
            for (var y = 0; y < rows.Count; y++)
            {
                for (var x = 0; x < columns.Count; x++)
                {
                    target[(y * columns.Count) + x] = rows.At(narrowed[x..], columns.Count, y);
                }
            }
        }
    }

    /// <summary>The size of the image's middle part that is used.</summary>
    private static (double Width, double Height) Part(int width, int height, ImageFormat format)
    {
        var perPixel = format.Fit == ImageFit.Crop
            ? Math.Min((double)width / format.Width, (double)height / format.Height)
            : 0;
        return perPixel > 0
            ? (perPixel * format.Width * format.Share, perPixel * format.Height * format.Share)
            : (width * format.Share, height * format.Share);
    }

    private static void Unpack(ReadOnlySpan<byte> row, int? channel, Span<float> plane)
    {
        for (var x = 0; x < plane.Length; x++)
        {
            var pixel = row.Slice(x * ImageDecoder.PixelBytes, ImageDecoder.PixelBytes);
            var value = channel is { } one ? pixel[one] : (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
            plane[x] = value / byte.MaxValue;
        }
    }
}
