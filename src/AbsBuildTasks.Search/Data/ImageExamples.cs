namespace AbsBuildTasks.Search.Data;

/// <summary>Decodes the images of an <see cref="ImageFolder"/> one by one.</summary>
/// <param name="name">The folder.</param>
/// <param name="files">Its images.</param>
/// <param name="format">The form they are brought into.</param>
internal sealed class ImageExamples(string name, IReadOnlyList<ImageFile> files, ImageFormat format) : IExampleSource
{
    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public IReadOnlyList<long> Shape { get; } = [format.Channels, format.Height, format.Width];

    /// <inheritdoc />
    public bool TryRead(int index, Span<float> example)
    {
        try
        {
            return NativeImageDecoder.TryDecode(files[index].Path, format, example);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Read(int index, Span<float> example)
    {
        using var file = DataFile.Open(files[index].Path, files[index].Name);
        try
        {
            var (width, height, pixels) = ImageDecoder.Decode(file);
            ImageResampler.Resample(width, height, pixels, format, example);
        }
        catch (OutOfMemoryException)
        {
            throw file.Invalid(0, "there is not enough memory to decode the image", "make it smaller, or remove it");
        }
    }
}
