namespace AbsBuildTasks.Search.Tests.RandomNetworks.Parts;

/// <summary>The choices of one seed: the same seed makes the same network each time.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(unchecked(seed * 7919));

    public bool Chance(double share) => _random.NextDouble() < share;

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both among them.</summary>
    public int Number(int least, int most) => _random.Next(least, most + 1);

    public T Pick<T>(params IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>How many filters a layer gets; halves and quarters of it are whole.</summary>
    public int Width() => Pick(4, 8, 8, 12);

    /// <summary>The first that fits, in an order by chance.</summary>
    public Piece First(Signal input, IReadOnlyList<Func<Dice, Signal, Piece?>> makers)
    {
        var order = makers.ToArray();
        _random.Shuffle(order);
        return order.Select(maker => maker(this, input)).OfType<Piece>().First();
    }
}
