using System.Runtime.InteropServices;
using System.Text.Unicode;
using SkiaSharp;

namespace AbsBuildTasks.Search.Data;

/// <summary>Turns PNG and JPEG files into pixels as <see cref="ImageDecoder"/> does, but beside training.</summary>
/// <remarks>
/// What SkiaSharp's own classes allocate may start a garbage collection, which endangers the scalars of the thread that
/// trains (docs/traps.md). So this calls the functions beneath them, and opens files by them too.
/// </remarks>
internal static unsafe class NativeImageDecoder
{
    // What the system takes at most for a path, on Linux.
    private const int MaxPathBytes = 4096;

    // As many as the pixels of an image may have.
    private const int MaxFileBytes = 1 << 28;

    // kRGBA_8888_SkColorType and kUnpremul_SkAlphaType.
    private const int Rgba8888 = 4;
    private const int Unpremultiplied = 3;

    private static readonly nint Library = NativeLibrary.Load("libSkiaSharp", typeof(SKCodec).Assembly, null);
    private static readonly delegate* unmanaged<byte*, nint> NewFile = (delegate* unmanaged<byte*, nint>)Function("sk_filestream_new");
    private static readonly delegate* unmanaged<nint, byte> IsOpen = (delegate* unmanaged<nint, byte>)Function("sk_filestream_is_valid");
    private static readonly delegate* unmanaged<nint, void> DestroyFile = (delegate* unmanaged<nint, void>)Function("sk_filestream_destroy");
    private static readonly delegate* unmanaged<nint, nint> Length = (delegate* unmanaged<nint, nint>)Function("sk_stream_get_length");
    private static readonly delegate* unmanaged<nint, void*, nint, nint> Read = (delegate* unmanaged<nint, void*, nint, nint>)Function("sk_stream_read");
    private static readonly delegate* unmanaged<nint, nint> NewData = (delegate* unmanaged<nint, nint>)Function("sk_data_new_uninitialized");
    private static readonly delegate* unmanaged<nint, void*> Bytes = (delegate* unmanaged<nint, void*>)Function("sk_data_get_data");
    private static readonly delegate* unmanaged<nint, void> DestroyData = (delegate* unmanaged<nint, void>)Function("sk_data_unref");
    private static readonly delegate* unmanaged<nint, nint> NewCodec = (delegate* unmanaged<nint, nint>)Function("sk_codec_new_from_data");
    private static readonly delegate* unmanaged<nint, void> DestroyCodec = (delegate* unmanaged<nint, void>)Function("sk_codec_destroy");
    private static readonly delegate* unmanaged<nint, SKEncodedImageFormat> Encoding = (delegate* unmanaged<nint, SKEncodedImageFormat>)Function("sk_codec_get_encoded_format");
    private static readonly delegate* unmanaged<nint, ImageInfo*, void> GetInfo = (delegate* unmanaged<nint, ImageInfo*, void>)Function("sk_codec_get_info");
    private static readonly delegate* unmanaged<nint, void> ReleaseColorSpace = (delegate* unmanaged<nint, void>)Function("sk_colorspace_unref");
    private static readonly delegate* unmanaged<nint, ImageInfo*, void*, nint, void*, SKCodecResult> GetPixels = (delegate* unmanaged<nint, ImageInfo*, void*, nint, void*, SKCodecResult>)Function("sk_codec_get_pixels");

    /// <summary>Loads the library, which must not happen beside training.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS2006: it does not load.</exception>
    public static void Require()
    {
        try
        {
            _ = IsOpen;
        }
        catch (TypeInitializationException exception)
        {
            throw ImageDecoder.NotLoaded(exception);
        }
    }

    /// <summary>Decodes an image and brings it into a form.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="format">The form wanted.</param>
    /// <param name="output"><c>[Channels, Height, Width]</c>, 0 to 1.</param>
    /// <returns>Whether it is a PNG or JPEG file without damage that can be opened.</returns>
    /// <exception cref="OutOfMemoryException">The image is too large.</exception>
    public static bool TryDecode(string path, ImageFormat format, Span<float> output)
    {
        var (data, length) = ReadFile(path);
        if (data == 0)
        {
            return false;
        }

        var codec = NewCodec(data);
        try
        {
            return codec != 0 && TryDecode(codec, length, format, output);
        }
        finally
        {
            if (codec != 0)
            {
                DestroyCodec(codec);
            }

            DestroyData(data);
        }
    }

    private static bool TryDecode(nint codec, long length, ImageFormat format, Span<float> output)
    {
        ImageInfo found;
        GetInfo(codec, &found);

        // The codec has a reference of its own.
        if (found.ColorSpace != 0)
        {
            ReleaseColorSpace(found.ColorSpace);
        }

        if (!ImageDecoder.IsKnown(Encoding(codec)) || !ImageDecoder.CanHold(length, found.Width, found.Height))
        {
            return false;
        }

        var wanted = new ImageInfo { Width = found.Width, Height = found.Height, Colors = Rgba8888, Opacity = Unpremultiplied };
        using var buffer = new NativeBuffer<byte>(Math.BigMul(found.Width, found.Height) * ImageDecoder.PixelBytes);
        var pixels = buffer.Span;
        fixed (byte* start = pixels)
        {
            if (GetPixels(codec, &wanted, start, found.Width * ImageDecoder.PixelBytes, null) != SKCodecResult.Success)
            {
                return false;
            }
        }

        ImageResampler.Resample(found.Width, found.Height, pixels, format, output);
        return true;
    }

    private static (nint Data, long Length) ReadFile(string path)
    {
        Span<byte> name = stackalloc byte[MaxPathBytes];
        name.Clear();
        if (Utf8.FromUtf16(path, name[..^1], out _, out _, replaceInvalidSequences: false) != System.Buffers.OperationStatus.Done)
        {
            return default;
        }

        nint file;
        fixed (byte* start = name)
        {
            file = NewFile(start);
        }

        try
        {
            return IsOpen(file) != 0 && Length(file) is > 0 and <= MaxFileBytes and var length
                ? (ReadAll(file, length), length)
                : default;
        }
        finally
        {
            DestroyFile(file);
        }
    }

    private static nint ReadAll(nint file, nint length)
    {
        var data = NewData(length);
        if (Read(file, Bytes(data), length) == length)
        {
            return data;
        }

        DestroyData(data);
        return 0;
    }

    private static nint Function(string name) => NativeLibrary.GetExport(Library, name);

    /// <summary>sk_imageinfo_t.</summary>
    private struct ImageInfo
    {
        public nint ColorSpace;
        public int Width;
        public int Height;
        public int Colors;
        public int Opacity;
    }
}
