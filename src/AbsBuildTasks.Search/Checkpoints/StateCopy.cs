namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>A copy of state in memory, to go back to.</summary>
/// <param name="exchange">Writes the state that is copied, or sets it.</param>
/// <param name="chunkBytes">The size of the arrays that hold it.</param>
internal sealed class StateCopy(Action<StateStream> exchange, int chunkBytes = ChunkedBytes.UsualChunk)
{
    private ChunkedBytes _bytes = new(chunkBytes);

    /// <summary>Copies the state as it is now.</summary>
    public void Take()
    {
        _bytes = new(chunkBytes);
        using var state = new StateStream(new ChunkedStream(_bytes));
        exchange(state);
    }

    /// <summary>Puts the state back to what it was.</summary>
    public void Restore() => RestoreTo(exchange);

    /// <summary>Gives the copied state to something else of the same form.</summary>
    /// <param name="other">Sets it.</param>
    public void RestoreTo(Action<StateStream> other)
    {
        using var state = new StateStream(new ChunkedStream(_bytes), _bytes.Length);
        other(state);
        state.End();
    }

    /// <summary>Writes the copy, or sets it; the state itself stays as it is.</summary>
    public void Exchange(StateStream state)
    {
        _bytes = state.IsReading ? new(chunkBytes) : _bytes;
        state.Data(_bytes);
    }
}
