using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>How a file stores one number.</summary>
/// <param name="Type">The torch type of the same bits.</param>
/// <param name="Size">Its number of bytes.</param>
/// <param name="Swapped">Whether its bytes are in the other order than this machine's.</param>
internal readonly record struct ElementType(ScalarType Type, int Size, bool Swapped)
{
    /// <summary>Turns numbers as stored into this machine's, in place.</summary>
    /// <param name="bytes">Whole numbers of this type.</param>
    public void ToNative(Span<byte> bytes)
    {
        if (!Swapped)
        {
            return;
        }

        switch (Size)
        {
            case 2:
                Reverse<ushort>(bytes, BinaryPrimitives.ReverseEndianness);
                break;
            case 4:
                Reverse<uint>(bytes, BinaryPrimitives.ReverseEndianness);
                break;
            case 8:
                Reverse<ulong>(bytes, BinaryPrimitives.ReverseEndianness);
                break;
            default:
                break;
        }
    }

    private delegate void Reversal<T>(ReadOnlySpan<T> source, Span<T> destination);

    private static void Reverse<T>(Span<byte> bytes, Reversal<T> reverse)
        where T : struct
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        reverse(numbers, numbers);
    }
}
