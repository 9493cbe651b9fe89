namespace AbsBuildTasks.Search.Data;

/// <summary>Examples that are read one at a time, by any number of threads at once.</summary>
internal interface IExampleSource
{
    /// <summary>What messages call them.</summary>
    string Name { get; }

    /// <summary>The shape of one example.</summary>
    IReadOnlyList<long> Shape { get; }

    /// <summary>Reads an example beside training. Must neither allocate nor throw: see docs/traps.md on scalars.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="example">Its values.</param>
    /// <returns>False where that is not possible; <see cref="Read"/> may still be able to, or says why not.</returns>
    bool TryRead(int index, Span<float> example);

    /// <summary>Reads an example while nothing trains.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="example">Its values, the same as by <see cref="TryRead"/>.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2005: damaged. ABS1008: not readable.</exception>
    void Read(int index, Span<float> example);
}
