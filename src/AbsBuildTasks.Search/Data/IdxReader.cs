using System.Buffers.Binary;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Reads IDX files, the format of MNIST, Fashion-MNIST and their relatives; plain or gzip.</summary>
public static class IdxReader
{
    private const int MagicBytes = 4;

    /// <summary>Reads a file of images and the file of their labels.</summary>
    /// <param name="images">Path of <c>…-images-idx3-ubyte</c> or the like: unsigned bytes, <c>[N, H, W]</c> or <c>[N, C, H, W]</c>.</param>
    /// <param name="labels">Path of <c>…-labels-idx1-ubyte</c> or the like: unsigned bytes, <c>[N]</c>.</param>
    /// <param name="classes">The number of classes; labels run from 0 below it.</param>
    /// <returns>Inputs <c>[N, C, H, W]</c>, float32, 0 to 1; targets <c>[N]</c>, int64.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file, damaged, or a label that names no class. ABS1008: not readable.</exception>
    public static LabelledData Read(string images, string labels, int classes)
    {
        ClassLabels.RequireClasses(classes);
        using var scope = NewDisposeScope();
        var targets = ReadLabels(labels, classes);
        using var file = DataFile.Open(images);
        var header = ReadHeader(file);
        if (header.Element.Type != ScalarType.Byte || header.Shape.Length is not (3 or 4))
        {
            throw file.Invalid(0, $"it holds {header}, not images [N, H, W] or [N, C, H, W] of unsigned bytes", "give the file of the images first, then that of the labels");
        }

        if (header.Shape[0] != targets.shape[0])
        {
            throw file.Invalid(MagicBytes, $"it declares {header.Shape[0]} images, but '{Path.GetFileName(labels)}' has {targets.shape[0]} labels", "take both files from the same part of the data set");
        }

        var pixels = TensorData.ToUnit(TensorData.ReadRest(file, header.Shape, header.Element));
        return new LabelledData(header.Shape.Length == 3 ? pixels.unsqueeze(1) : pixels, targets);
    }

    /// <summary>Reads a file of numbers of any of the format's types.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The file's shape and values, as uint8, int8, int16, int32, float32 or float64.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file, or damaged. ABS1008: not readable.</exception>
    public static Tensor ReadTensor(string path)
    {
        using var file = DataFile.Open(path);
        var header = ReadHeader(file);
        return TensorData.ReadRest(file, header.Shape, header.Element);
    }

    private static Tensor ReadLabels(string path, int classes)
    {
        using var file = DataFile.Open(path);
        var header = ReadHeader(file);
        if (header.Element.Type != ScalarType.Byte || header.Shape.Length != 1)
        {
            throw file.Invalid(0, $"it holds {header}, not labels [N] of unsigned bytes", "give the file of the images first, then that of the labels");
        }

        var start = file.Position;
        var labels = TensorData.ReadRest(file, header.Shape, header.Element).to(ScalarType.Int64);
        return ClassLabels.FirstOutside(labels, classes) is { } outside
            ? throw file.Invalid(start + outside.Index, $"label {outside.Label} of example {outside.Index} names none of the {classes} classes", "correct the number of classes, or fetch the file again")
            : labels;
    }

    private static Header ReadHeader(DataFile file)
    {
        Span<byte> magic = stackalloc byte[MagicBytes];
        file.Read(magic);
        if (magic[0] != 0 || magic[1] != 0)
        {
            throw file.Invalid(0, $"it starts with the bytes {Convert.ToHexString(magic)}, not with two zeros as an IDX file does", "give an IDX file, or fetch it again");
        }

        var element = Element(magic[2]) ?? throw file.Invalid(2, $"{magic[2]} is none of the types of IDX files", "fetch the file again");
        if (magic[3] is 0 or > TensorData.MaxRank)
        {
            throw file.Invalid(3, $"it declares {magic[3]} dimensions, not 1 to {TensorData.MaxRank}", "fetch the file again");
        }

        var shape = new long[magic[3]];
        Span<byte> size = stackalloc byte[sizeof(uint)];
        for (var i = 0; i < shape.Length; i++)
        {
            file.Read(size);
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(size);
            if (shape[i] == 0)
            {
                throw file.Invalid(file.Position - size.Length, $"dimension {i} has size 0", "there is nothing to read; fetch the file again");
            }
        }

        return new Header(shape, element);
    }

    private static ElementType? Element(byte code) => code switch
    {
        0x08 => Of(ScalarType.Byte, 1),
        0x09 => Of(ScalarType.Int8, 1),
        0x0B => Of(ScalarType.Int16, 2),
        0x0C => Of(ScalarType.Int32, 4),
        0x0D => Of(ScalarType.Float32, 4),
        0x0E => Of(ScalarType.Float64, 8),
        _ => null,
    };

    // IDX is big-endian throughout.
    private static ElementType Of(ScalarType type, int size) => new(type, size, BitConverter.IsLittleEndian);

    private readonly record struct Header(long[] Shape, ElementType Element)
    {
        public override string ToString() => $"{Element.Type} [{string.Join(", ", Shape)}]";
    }
}
