namespace AbsBuildTasks.Search.Structure;

/// <summary>Numbers in sets that can be united: a forest with halved paths.</summary>
internal sealed class DisjointSets
{
    private readonly List<int> _parents = [];

    /// <summary>How many numbers there are, from 0.</summary>
    public int Count => _parents.Count;

    /// <summary>Adds the next number, in a set of its own.</summary>
    public int Add()
    {
        _parents.Add(_parents.Count);
        return _parents.Count - 1;
    }

    /// <summary>Unites the sets of two numbers.</summary>
    public void Unite(int one, int other) => _parents[Root(other)] = Root(one);

    /// <summary>The number that stands for the set.</summary>
    public int Root(int number)
    {
        while (_parents[number] != number)
        {
            number = _parents[number] = _parents[_parents[number]];
        }

        return number;
    }
}
