using System.Runtime.InteropServices;

namespace AbsBuildTasks.Search.Data;

/// <summary>Memory that no garbage collection knows of, so that taking it cannot start one.</summary>
/// <typeparam name="T">What it holds.</typeparam>
internal readonly unsafe ref struct NativeBuffer<T>
    where T : unmanaged
{
    private readonly T* _start;
    private readonly int _length;

    /// <summary>Takes memory; what it holds is arbitrary.</summary>
    /// <exception cref="OutOfMemoryException">There is not as much, or it is more than a span can have.</exception>
    public NativeBuffer(long length)
    {
        _length = length <= int.MaxValue ? (int)length : throw new InsufficientMemoryException();
        _start = (T*)NativeMemory.Alloc((nuint)length, (nuint)sizeof(T));
    }

    /// <summary>The memory, which must not be used once it is disposed.</summary>
    public Span<T> Span => new(_start, _length);

    public void Dispose() => NativeMemory.Free(_start);
}
