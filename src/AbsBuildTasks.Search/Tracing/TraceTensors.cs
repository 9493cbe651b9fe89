using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>The tensors of a run that depend on its input, by their native handles.</summary>
internal sealed class TraceTensors
{
    /// <summary>Where the memory begins in which a handle's values lie, on any device.</summary>
    public static readonly Func<IntPtr, IntPtr> StorageOf = typeof(torch).Assembly.GetType(TraceHook.NativeMethods)!
        .GetMethod("THSStorage_data_ptr", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
        .CreateDelegate<Func<IntPtr, IntPtr>>();

    private readonly Dictionary<IntPtr, Entry> _entries = [];
    private readonly List<(ScalarType Type, long[] Shape)> _shapes = [];

    /// <summary>Types and shapes of all values so far, by number.</summary>
    public IReadOnlyList<(ScalarType Type, long[] Shape)> Shapes => _shapes;

    /// <summary>A tensor that TorchSharp does not free.</summary>
    public static Tensor Borrow(IntPtr handle)
    {
        var tensor = Tensor.UnsafeCreateTensor(handle);
#pragma warning disable CA1816 // The handle is another tensor's, which frees it.
        GC.SuppressFinalize(tensor);
#pragma warning restore CA1816
        return tensor.DetachFromDisposeScope();
    }

    /// <summary>Whether a handle's values depend on the input.</summary>
    public bool Has(IntPtr handle) => _entries.ContainsKey(handle);

    /// <summary>The number of a handle's value; null where another handle has changed its memory since.</summary>
    public int? IdOf(IntPtr handle) => _entries[handle] is { IsStale: false } entry ? entry.Id : null;

    /// <summary>Forgets a handle: it was freed, or is another tensor's now.</summary>
    public void Forget(IntPtr handle) => _entries.Remove(handle);

    /// <summary>A handle that a function has returned.</summary>
    /// <returns>The number of its value.</returns>
    public int Add(IntPtr handle)
    {
        _entries[handle] = Look(handle, _shapes.Count);
        return Shape(handle);
    }

    /// <summary>A handle that is another name of a value.</summary>
    public void Alias(IntPtr handle, int id) => _entries[handle] = Look(handle, id);

    /// <summary>A handle whose values were overwritten; those that share all of its memory have the new value, too.</summary>
    /// <returns>The number of its new value.</returns>
    public int Overwrite(IntPtr handle)
    {
        var changed = Add(handle);
        var now = _entries[handle];
        foreach (var (other, entry) in _entries.Where(pair => pair.Value.Storage == now.Storage && pair.Key != handle).ToArray())
        {
            _entries[other] = entry.View == now.View ? entry with { Id = changed, IsStale = false } : entry with { IsStale = true };
        }

        return changed;
    }

    private static Entry Look(IntPtr handle, int id)
    {
        var tensor = Borrow(handle);
        return new Entry(id, StorageOf(handle), FormattableString.Invariant($"{tensor.storage_offset()}:{string.Join(',', tensor.shape)}:{string.Join(',', tensor.stride())}"), IsStale: false);
    }

    private int Shape(IntPtr handle)
    {
        var tensor = Borrow(handle);
        _shapes.Add((tensor.dtype, tensor.shape));
        return _shapes.Count - 1;
    }

    private sealed record Entry(int Id, IntPtr Storage, string View, bool IsStale);
}
