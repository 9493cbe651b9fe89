using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>A folder of PNG and JPEG images with a folder for each class.</summary>
/// <remarks>
/// Images may lie deeper inside a class's folder; one that links lead to several times counts once. Their order is that of their paths, character by character, on every
/// system. Hidden files do not count; any other file in a class's folder must be an image. Orientation marks inside JPEG
/// files are not followed, and opacity is left out.
/// </remarks>
public sealed class ImageFolder
{
    private static readonly ElementType Single = new(ScalarType.Float32, sizeof(float), Swapped: false);

    private static readonly EnumerationOptions AllVisible = new() { IgnoreInaccessible = false };

    private readonly string _name;
    private readonly IReadOnlyList<ImageFile> _files;

    private ImageFolder(string name, IReadOnlyList<string> classes, IReadOnlyList<ImageFile> files)
    {
        _name = name;
        Classes = classes;
        _files = files;
    }

    /// <summary>The names of the classes; a label is an index into them.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The number of images.</summary>
    public int Count => _files.Count;

    /// <summary>Finds the images.</summary>
    /// <param name="context">Resolves the folder, and refuses images that the item's <c>DataFiles</c> do not cover.</param>
    /// <param name="folder">The folder of the classes' folders, relative to the project's folder, or absolute.</param>
    /// <param name="classes">
    /// The classes in the order of their labels, such as those of the training images for the test images. Default: the
    /// folders' names in the order of their characters.
    /// </param>
    /// <exception cref="AbsException">
    /// ABS2001: no such folder. ABS2002: an image is not covered. ABS2005: no images, a folder that is none of the
    /// classes, or a file that is no image. ABS1008: not readable.
    /// </exception>
    public static ImageFolder Open(ModelContext context, string folder, IReadOnlyList<string>? classes = null)
    {
        var root = Path.GetFullPath(folder, context.ProjectDirectory);
        if (!Directory.Exists(root))
        {
            throw new AbsException(AbsCodes.DataFileMissing, $"Image folder '{folder}' does not exist in the project's folder; add it, or correct the path the model reads.");
        }

        try
        {
            var name = Slashed(Path.GetRelativePath(context.ProjectDirectory, root));
            var found = Directory.EnumerateDirectories(root, "*", new EnumerationOptions { IgnoreInaccessible = false })
                .Select(directory => Path.GetFileName(directory))
                .Order(StringComparer.Ordinal)
                .ToArray();
            classes ??= found;
            var files = found.SelectMany(one => Images(context, name, root, one, Label(name, one, classes))).OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
            return files.Length > 0
                ? new ImageFolder(name, [.. classes], files)
                : throw new AbsException(AbsCodes.InvalidData, $"'{name}' has no folder with images; make a folder for each class.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AbsException(AbsCodes.FileAccess, $"Image folder '{folder}' cannot be read ({exception.Message.ReplaceLineEndings(" ")}); correct its permissions.", exception);
        }
    }

    /// <summary>Decodes all images, and holds them in memory.</summary>
    /// <param name="format">The form they are brought into.</param>
    /// <returns>Inputs <c>[N, Channels, Height, Width]</c>, float32, 0 to 1; targets <c>[N]</c>, int64.</returns>
    /// <exception cref="AbsException">ABS2005: an image is damaged or too large, or all together are. ABS2006: the decoder's native library does not load. ABS1008: not readable.</exception>
    public LabelledData Read(ImageFormat format)
    {
        format.Require();
        using var scope = NewDisposeScope();
        var inputs = TensorData.New(_name, [Count, format.Channels, format.Height, format.Width], Single);
        var examples = Enumerable.Range(0, Count).Select(index => inputs[index]).ToArray();
        var failures = new Exception?[Count];
        var source = new ImageExamples(_name, _files, format);

        // No torch operation runs meanwhile, so its scalars are not endangered by other threads' allocations. Break lets
        // all examples before the failed one finish, so that the first failure is always the same.
        _ = Parallel.For(0, Count, (index, loop) =>
        {
            try
            {
                source.Read(index, HostMemory.Values(examples[index]));
            }
            catch (AbsException failure)
            {
                failures[index] = failure;
                loop.Break();
            }
        });

        return Array.Find(failures, failure => failure is not null) is { } first
            ? throw first
            : new LabelledData(inputs, Labels());
    }

    /// <summary>
    /// Decodes images batch by batch, on all processors, while earlier batches are trained on: for more images than fit
    /// into memory. Each epoch decodes them anew.
    /// </summary>
    /// <param name="format">The form they are brought into.</param>
    /// <returns>
    /// The same examples as by <see cref="Read"/>, without a tensor of all inputs: asking for
    /// <see cref="LabelledData.Inputs"/> is an error. A damaged image is found when its batch is due.
    /// </returns>
    /// <exception cref="AbsException">ABS2005: the format is out of range. ABS2006: the decoder's native library does not load.</exception>
    public LabelledData Stream(ImageFormat format)
    {
        format.Require();
        NativeImageDecoder.Require();
        using var scope = NewDisposeScope();
        return new LabelledData(new StreamedInputs(new ImageExamples(_name, _files, format), [.. Enumerable.Range(0, Count)]), Labels());
    }

    private Tensor Labels() => tensor(_files.Select(file => file.Label).ToArray());

    private static long Label(string name, string folder, IReadOnlyList<string> classes)
    {
        for (var label = 0; label < classes.Count; label++)
        {
            if (classes[label] == folder)
            {
                return label;
            }
        }

        throw new AbsException(AbsCodes.InvalidData, $"'{name}/{folder}' is none of the {classes.Count} classes; remove the folder, or correct its name.");
    }

    private static IEnumerable<ImageFile> Images(ModelContext context, string name, string root, string folder, long label)
    {
        var files = RealFolder.Below(Path.Combine(root, folder), child => (File.GetAttributes(child) & AllVisible.AttributesToSkip) == 0)
            .SelectMany(below => Directory.EnumerateFiles(below, "*", AllVisible))
            .Where(file => !Path.GetFileName(file).StartsWith('.'))
            .Select(file => $"{name}/{Slashed(Path.GetRelativePath(root, file))}")
            .ToArray();
        if (files.Length == 0)
        {
            throw new AbsException(AbsCodes.InvalidData, $"'{name}/{folder}' has no images; add some, or remove the folder.");
        }

        return files.Select(file => IsImage(file)
            ? new ImageFile(file, context.DataFile(file), label)
            : throw new AbsException(AbsCodes.InvalidData, $"'{file}' is neither .png, .jpg nor .jpeg; convert it, or remove it from the class's folder."));
    }

    private static bool IsImage(string file) =>
        Path.GetExtension(file).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG";

    private static string Slashed(string path) => path.Replace(Path.DirectorySeparatorChar, '/');
}
