using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using SkiaSharp;

namespace AbsBuildTasks.Search.Data;

/// <summary>Turns PNG and JPEG files into pixels.</summary>
internal static class ImageDecoder
{
    /// <summary>Bytes of a decoded pixel: red, green, blue, opacity.</summary>
    public const int PixelBytes = 4;

    // 256 MB of pixels.
    private const long MaxPixels = 1 << 26;

    // Deflate shrinks to 1/1032 at most, and a byte holds at most 8 pixels; no JPEG is denser.
    private const long MaxPixelsPerByte = 8 * 1032;

    /// <summary>Decodes an image.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>Its size and its pixels, row by row, colours not multiplied by opacity.</returns>
    /// <exception cref="AbsException">ABS2005: neither PNG nor JPEG, damaged, or too large. ABS2006: the decoder's native library does not load.</exception>
    public static (int Width, int Height, byte[] Pixels) Decode(DataFile file)
    {
        var bytes = new byte[checked((int)Math.Min(file.Length, Array.MaxLength))];
        file.Read(bytes);
        try
        {
            using var data = SKData.CreateCopy(bytes);
            using var codec = SKCodec.Create(data);
            return codec is { EncodedFormat: var encoding } && IsKnown(encoding)
                ? Decode(file, codec)
                : throw file.Invalid(0, "the content is neither PNG nor JPEG, or its header is damaged", "convert the image, remove it, or fetch it again");
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException)
        {
            throw NotLoaded(exception);
        }
    }

    /// <summary>Whether a format is one that is read.</summary>
    public static bool IsKnown(SKEncodedImageFormat format) => format is SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg;

    /// <summary>Whether a file can be an image of that size, and one of a size that is decoded.</summary>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="width">Declared pixels in a row.</param>
    /// <param name="height">Declared rows.</param>
    public static bool CanHold(long length, int width, int height) => Math.BigMul(width, height) <= Math.Min(MaxPixels, length * MaxPixelsPerByte);

    /// <summary>The failure of a native library that is not there.</summary>
    /// <param name="exception">What loading it ended in.</param>
    public static AbsException NotLoaded(Exception exception) =>
        new(AbsCodes.NativeLibrary, $"Images cannot be decoded, because SkiaSharp's native library does not load. On Linux, add <PackageReference Include=\"SkiaSharp.NativeAssets.Linux.NoDependencies\" Version=\"{LibraryVersion}\" PrivateAssets=\"all\" /> to the model project.", exception);

    // Both halves have to be of one version.
    private static string LibraryVersion => Version.TryParse(typeof(SKCodec).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version, out var version) ? version.ToString(3) : "of SkiaSharp";

    private static (int Width, int Height, byte[] Pixels) Decode(DataFile file, SKCodec codec)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (!CanHold(file.Length, width, height))
        {
            throw file.Invalid(0, $"it declares {width}×{height} pixels, more than {MaxPixels} or than its {file.Length} bytes can hold", "make the image smaller, or fetch it again");
        }

        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var pixels = new byte[info.BytesSize];
        var result = GetPixels(codec, info, pixels);
        return result == SKCodecResult.Success
            ? (width, height, pixels)
            : throw file.Invalid(file.Length, $"the image is damaged or cut short ({result})", "fetch it again, or remove it");
    }

    private static unsafe SKCodecResult GetPixels(SKCodec codec, SKImageInfo info, byte[] pixels)
    {
        fixed (byte* start = pixels)
        {
            return codec.GetPixels(info, (nint)start);
        }
    }
}
