using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Takes memory for tensors, after checking that there can be enough, and fills it from files.</summary>
internal static class TensorData
{
    // Torch's own limit is 64; nothing that a network is trained on comes near it.
    public const int MaxRank = 32;

    // One span of a tensor has at most 2 GB.
    private const long ChunkBytes = 1 << 28;

    /// <summary>A tensor of the numbers that make up the rest of a file.</summary>
    /// <param name="file">Stands at the first number.</param>
    /// <param name="shape">The declared shape, each size at least 1.</param>
    /// <param name="element">How the numbers are stored.</param>
    /// <exception cref="AbsException">ABS2005: the file holds fewer or more numbers, or they do not fit into memory.</exception>
    public static Tensor ReadRest(DataFile file, long[] shape, ElementType element)
    {
        var declared = Bytes(shape, element.Size);
        if (declared > file.Remaining)
        {
            throw file.Truncated(declared);
        }

        if (declared < file.Remaining)
        {
            throw file.Invalid(file.Position + (long)declared, $"{file.Remaining - declared} more bytes follow than shape [{string.Join(", ", shape)}] needs", "the header or the file is damaged; fetch it again");
        }

        var numbers = New(file.Name, shape, element);
        Fill(file, numbers, element);
        return numbers;
    }

    /// <summary>Memory for a tensor.</summary>
    /// <param name="name">The file or folder it is for.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="element">The type and size of one number.</param>
    /// <exception cref="AbsException">ABS2005: the machine does not have as much.</exception>
    public static Tensor New(string name, long[] shape, ElementType element)
    {
        var bytes = Bytes(shape, element.Size);
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes <= available
            ? empty(shape, element.Type)
            : throw new AbsException(AbsCodes.InvalidData, $"'{name}' needs {bytes} bytes as a tensor of shape [{string.Join(", ", shape)}], but there are {available}; use fewer or smaller examples, or a machine with more memory.");
    }

    /// <summary>Overwrites a tensor with the next numbers of a file.</summary>
    /// <param name="file">Stands at the first number.</param>
    /// <param name="numbers">Contiguous, on the CPU.</param>
    /// <param name="element">How the numbers are stored.</param>
    public static void Fill(DataFile file, Tensor numbers, ElementType element)
    {
        using var scope = NewDisposeScope();
        var flat = numbers.view(-1);
        var chunk = ChunkBytes / element.Size;
        for (var start = 0L; start < flat.shape[0]; start += chunk)
        {
            var bytes = flat.narrow(0, start, Math.Min(chunk, flat.shape[0] - start)).bytes;
            file.Read(bytes);
            element.ToNative(bytes);
        }
    }

    /// <summary>Bytes as floating point, 0 to 1.</summary>
    /// <param name="bytes">Type uint8, any shape.</param>
    public static Tensor ToUnit(Tensor bytes) => bytes.to(ScalarType.Float32).div_(255);

    private static Int128 Bytes(long[] shape, int size)
    {
        var bytes = (Int128)size;
        foreach (var length in shape)
        {
            // Far above any memory, and far below an overflow.
            bytes = Int128.Min(bytes * length, (Int128)1 << 62);
        }

        return bytes;
    }
}
