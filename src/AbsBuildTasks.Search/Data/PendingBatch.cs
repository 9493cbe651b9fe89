using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>A batch that is being read. Whoever counts or notes something of it holds the lock of its <see cref="ReadAhead"/>.</summary>
internal sealed unsafe class PendingBatch : IDisposable
{
    private readonly IExampleSource _source;
    private readonly int[] _examples;
    private readonly int _size;
    private readonly float* _values;
    private readonly bool[] _failed;
    private int _taken;
    private int _done;

    /// <summary>Takes memory for a batch.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="indices">Which of them.</param>
    public PendingBatch(StreamedInputs inputs, long[] indices)
    {
        _source = inputs.Source;
        _examples = [.. indices.Select(index => inputs.Indices[index])];
        _failed = new bool[indices.Length];
        Tensor = inputs.NewBatch(indices.Length).DetachFromDisposeScope();
        using var first = Tensor.view(-1).narrow(0, 0, 1);
        _values = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(HostMemory.Values(first)));
        _size = checked((int)(Tensor.numel() / indices.Length));
    }

    /// <summary>The batch; its values count once it <see cref="IsDone"/>.</summary>
    public Tensor Tensor { get; }

    /// <summary>Whether each example has been read, or could not be.</summary>
    public bool IsDone => _done == _examples.Length;

    /// <summary>Gives away the next example to read, if there is one.</summary>
    public bool TryTake(out int position)
    {
        position = _taken;
        return _taken < _examples.Length && _taken++ >= 0;
    }

    /// <summary>Notes what became of an example.</summary>
    public void Note(int position, bool isRead)
    {
        _failed[position] = !isRead;
        _done++;
    }

    /// <summary>Reads an example, by any thread and without the lock.</summary>
    public bool TryRead(int position)
    {
        try
        {
            return _source.TryRead(_examples[position], Values(position));
        }
#pragma warning disable CA1031 // It would end the process; the thread that trains reads again, and says what is wrong.
        catch
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>Reads what failed once more, in order, by the thread that trains.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS2005: an example is damaged. ABS1008: it cannot be read.</exception>
    public void ReadFailed()
    {
        for (var position = 0; position < _failed.Length; position++)
        {
            if (_failed[position])
            {
                _source.Read(_examples[position], Values(position));
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => Tensor.Dispose();

    private Span<float> Values(int position) => new(_values + ((nint)position * _size), _size);
}
