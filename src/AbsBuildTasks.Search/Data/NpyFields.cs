using System.Buffers;

namespace AbsBuildTasks.Search.Data;

/// <summary>The three fields of a <c>.npy</c> header, as they are written there.</summary>
/// <param name="Type">Such as <c>'&lt;f4'</c>, with its quotes.</param>
/// <param name="FortranOrder">Such as <c>False</c>.</param>
/// <param name="Shape">Such as <c>(3, 4)</c>.</param>
internal sealed record NpyFields(string Type, string FortranOrder, string Shape)
{
    private const string TypeKey = "descr";
    private const string OrderKey = "fortran_order";
    private const string ShapeKey = "shape";

    private static readonly SearchValues<char> OfShapes = SearchValues.Create("0123456789, ");

    /// <summary>Reads <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>, in any order, padded with white space.</summary>
    /// <returns>Null for anything else.</returns>
    public static NpyFields? Read(ReadOnlySpan<char> text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = text.TrimEnd();
        if (!Take(ref rest, "{"))
        {
            return null;
        }

        while (Key(ref rest) is { } key)
        {
            if (!Take(ref rest, ":") || Value(ref rest) is not { } value || !values.TryAdd(key, value))
            {
                return null;
            }

            _ = Take(ref rest, ",");
        }

        return values.Count == 3 && rest.TrimStart() is "}" ? new NpyFields(values[TypeKey], values[OrderKey], values[ShapeKey]) : null;
    }

    private static string? Key(ref ReadOnlySpan<char> rest)
    {
        foreach (var key in new[] { TypeKey, OrderKey, ShapeKey })
        {
            if (Take(ref rest, $"'{key}'"))
            {
                return key;
            }
        }

        return null;
    }

    private static string? Value(ref ReadOnlySpan<char> rest)
    {
        foreach (var word in new[] { "True", "False" })
        {
            if (Take(ref rest, word))
            {
                return word;
            }
        }

        var end = rest.IsEmpty ? -1 : rest[0] switch
        {
            '\'' => rest[1..].IndexOf('\''),
            '(' => rest[1..].IndexOfAnyExcept(OfShapes) is var other && other >= 0 && rest[1 + other] == ')' ? other : -1,
            _ => -1,
        };
        if (end < 0)
        {
            return null;
        }

        var value = rest[..(end + 2)].ToString();
        rest = rest[(end + 2)..];
        return value;
    }

    // Takes a text and the white space on both sides.
    private static bool Take(ref ReadOnlySpan<char> rest, string text)
    {
        if (!rest.TrimStart().StartsWith(text, StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest.TrimStart()[text.Length..].TrimStart();
        return true;
    }
}
