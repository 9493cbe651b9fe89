namespace AbsBuildTasks.Plans.Cost;

/// <summary>One value for each cost; the default holds default values.</summary>
/// <typeparam name="T">Amounts, prices, limits.</typeparam>
internal readonly struct PerCost<T> : IEquatable<PerCost<T>>
{
    private readonly T[]? _values;

    private PerCost(T[] values) => _values = values;

    /// <summary>The value of a cost.</summary>
    public T this[CostKind kind] => _values is null ? default! : _values[kind.Index];

    /// <summary>The values that a function gives, asked in the order of the costs.</summary>
    public static PerCost<T> Of(Func<CostKind, T> value)
    {
        var values = new T[CostKind.All.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(CostKind.All[i]);
        }

        return new(values);
    }

    /// <summary>The same values but for one.</summary>
    public PerCost<T> With(CostKind kind, T value)
    {
        var values = new T[CostKind.All.Count];
        _values?.CopyTo(values, 0);
        values[kind.Index] = value;
        return new(values);
    }

    /// <inheritdoc />
    public bool Equals(PerCost<T> other)
    {
        foreach (var kind in CostKind.All)
        {
            if (!EqualityComparer<T>.Default.Equals(this[kind], other[kind]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is PerCost<T> other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var kind in CostKind.All)
        {
            hash = (hash * 31) + (this[kind]?.GetHashCode() ?? 0);
        }

        return hash;
    }

    /// <summary>The values by the costs' keys, for a debugger or a failed test.</summary>
    public override string ToString()
    {
        var values = this;
        return string.Join("; ", CostKind.All.Select(kind => FormattableString.Invariant($"{kind.Key}={values[kind]}")));
    }

    /// <summary>Whether all values are equal.</summary>
    public static bool operator ==(PerCost<T> left, PerCost<T> right) => left.Equals(right);

    /// <summary>Whether a value differs.</summary>
    public static bool operator !=(PerCost<T> left, PerCost<T> right) => !left.Equals(right);
}
