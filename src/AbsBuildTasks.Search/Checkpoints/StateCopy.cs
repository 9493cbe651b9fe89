namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>A copy of state in memory, to go back to. Two gigabytes at most.</summary>
/// <param name="exchange">Writes the state that is copied, or sets it.</param>
internal sealed class StateCopy(Action<StateStream> exchange)
{
    private byte[] _bytes = [];

    /// <summary>Copies the state as it is now.</summary>
    public void Take()
    {
        using var memory = new MemoryStream();
        exchange(new StateStream(memory));
        _bytes = memory.ToArray();
    }

    /// <summary>Puts the state back to what it was.</summary>
    public void Restore()
    {
        using var state = new StateStream(new MemoryStream(_bytes), _bytes.Length);
        exchange(state);
        state.End();
    }

    /// <summary>Writes the copy, or sets it; the state itself stays as it is.</summary>
    public void Exchange(StateStream state) => _bytes = state.Data(_bytes);
}
