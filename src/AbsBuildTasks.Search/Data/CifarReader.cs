using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Reads the binary versions of CIFAR-10 and CIFAR-100; plain or gzip.</summary>
/// <remarks>An example is its labels, a byte each, and 3,072 bytes of pixels: red, green, blue, 32×32 each, row by row.</remarks>
public static class CifarReader
{
    private const int Channels = 3;
    private const int Side = 32;
    private const int PixelBytes = Channels * Side * Side;

    private static readonly ElementType UnsignedByte = new(ScalarType.Byte, 1, Swapped: false);

    /// <summary>Reads CIFAR-10.</summary>
    /// <param name="paths">Paths of <c>data_batch_1.bin</c> and so on, or of <c>test_batch.bin</c>; read in this order.</param>
    /// <returns>Inputs <c>[N, 3, 32, 32]</c>, float32, 0 to 1; targets <c>[N]</c>, int64, 0 to 9.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file, damaged, or no file given. ABS1008: not readable.</exception>
    public static LabelledData ReadCifar10(params IReadOnlyList<string> paths) => Read(paths, [10], 0);

    /// <summary>Reads CIFAR-100.</summary>
    /// <param name="path">Path of <c>train.bin</c> or <c>test.bin</c>.</param>
    /// <param name="labels">Which of an example's two labels is its target.</param>
    /// <returns>Inputs <c>[N, 3, 32, 32]</c>, float32, 0 to 1; targets <c>[N]</c>, int64, 0 to 99 or 0 to 19.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file, or damaged. ABS1008: not readable.</exception>
    public static LabelledData ReadCifar100(string path, Cifar100Labels labels = Cifar100Labels.Fine) =>
        Read([path], [20, 100], labels == Cifar100Labels.Coarse ? 0 : 1);

    /// <param name="paths">The files.</param>
    /// <param name="classes">The number of classes of each of an example's labels, in the order of their bytes.</param>
    /// <param name="label">Which of them is the target.</param>
    private static LabelledData Read(IReadOnlyList<string> paths, int[] classes, int label)
    {
        if (paths.Count == 0)
        {
            throw new AbsException(AbsCodes.InvalidData, "No CIFAR file is given; name at least one, such as data_batch_1.bin.");
        }

        using var scope = NewDisposeScope();
        var records = cat([.. paths.Select(path => ReadRecords(path, classes))], 0);
        var pixels = TensorData.ToUnit(records.narrow(1, classes.Length, PixelBytes)).reshape(-1, Channels, Side, Side);
        return new LabelledData(pixels, records.select(1, label).to(ScalarType.Int64));
    }

    private static Tensor ReadRecords(string path, int[] classes)
    {
        using var file = DataFile.Open(path);
        var recordBytes = classes.Length + PixelBytes;
        if (file.Length == 0 || file.Length % recordBytes != 0)
        {
            throw file.Invalid(file.Length - (file.Length % recordBytes), $"the file has {file.Length} bytes, not a whole number of examples of {recordBytes}", $"give the binary version of CIFAR-{classes[^1]}, or fetch it again");
        }

        var records = TensorData.ReadRest(file, [file.Length / recordBytes, recordBytes], UnsignedByte);
        for (var i = 0; i < classes.Length; i++)
        {
            if (ClassLabels.FirstOutside(records.select(1, i).to(ScalarType.Int64).contiguous(), classes[i]) is { } outside)
            {
                throw file.Invalid(((long)outside.Index * recordBytes) + i, $"label {outside.Label} of example {outside.Index} names none of {classes[i]} classes", $"give the binary version of CIFAR-{classes[^1]}, or fetch it again");
            }
        }

        return records;
    }
}
