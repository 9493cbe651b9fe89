using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Hooks;

/// <summary>The tensors in what a module takes or gives: a tensor, a tuple of some, or a tuple that may be null.</summary>
/// <remarks>
/// A type always has the same places, also where a tensor or a tuple is null: a place holds null then. So it does for a tensor
/// without a handle, which torch gives for what was not asked for. What is no tensor has no place, and is kept; so is a tuple
/// of more than seven, which nests another one.
/// </remarks>
internal static class TensorParts
{
    private const int MostItems = 7;

    /// <summary>The tensors of a value, in order.</summary>
    /// <param name="type">The value's declared type.</param>
    /// <param name="value">The value.</param>
    public static IEnumerable<Tensor?> Of(Type type, object? value) => type == typeof(Tensor)
        ? [value is Tensor { IsInvalid: false } tensor ? tensor : null]
        : Items(type).SelectMany((item, i) => Of(item, (value as ITuple)?[i]));

    /// <summary>The value with other tensors.</summary>
    /// <param name="type">The value's declared type.</param>
    /// <param name="value">The value.</param>
    /// <param name="tensors">Gives the tensors in order; this takes as many as the type has places.</param>
    public static object? With(Type type, object? value, IEnumerator<Tensor?> tensors)
    {
        if (type == typeof(Tensor))
        {
            return tensors.MoveNext() ? tensors.Current : throw new ArgumentException("There are fewer tensors than the module takes or gives.", nameof(tensors));
        }

        var types = Items(type);
        object?[] parts = [.. types.Select((_, i) => (value as ITuple)?[i])];
        object?[] items = [.. types.Select((item, i) => With(item, parts[i], tensors))];
        return items.Zip(parts).All(pair => ReferenceEquals(pair.First, pair.Second)) ? value : Make(Nullable.GetUnderlyingType(type) ?? type, items);
    }

    // TorchSharp's own layers have pairs and triples of tensors.
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "Other tuples are those of modules of one's own, whose hooks are known not to be there in native code. Trimming alone leaves the constructors of tuples that are made anywhere.")]
    private static object? Make(Type tuple, object?[] items) =>
        tuple == typeof((Tensor, Tensor)) ? ((Tensor)items[0]!, (Tensor)items[1]!)
        : tuple == typeof((Tensor, Tensor, Tensor)) ? ((Tensor)items[0]!, (Tensor)items[1]!, (Tensor)items[2]!)
        : Activator.CreateInstance(tuple, items);

    /// <summary>What a tuple consists of; nothing of another type.</summary>
    private static Type[] Items(Type type)
    {
        var tuple = Nullable.GetUnderlyingType(type) ?? type;
        return typeof(ITuple).IsAssignableFrom(tuple) && tuple.GetGenericArguments() is { Length: <= MostItems } items ? items : [];
    }
}
