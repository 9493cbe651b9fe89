namespace AbsBuildTasks.Search.Structure;

/// <summary>What a sum of products by Einstein's convention multiplies.</summary>
internal static class EinsumSizes
{
    private const string Others = "...";

    /// <summary>Multiply-accumulates: each combination of all indices multiplies all operands.</summary>
    /// <param name="equation">Such as <c>nij,nkj->nik</c>; <c>...</c> stands for any dimensions.</param>
    /// <param name="operands">The operands' shapes.</param>
    public static long Macs(string equation, IReadOnlyList<long[]> operands)
    {
        var terms = equation.Replace(" ", "", StringComparison.Ordinal).Split("->")[0].Split(',');
        var (sizes, others) = (new Dictionary<char, long>(), new List<long>());
        foreach (var (term, shape) in terms.Zip(operands))
        {
            var at = term.IndexOf(Others, StringComparison.Ordinal);
            var (before, after) = at < 0 ? (term, "") : (term[..at], term[(at + Others.Length)..]);
            Label(before, shape[..before.Length]);
            Label(after, shape[^after.Length..]);
            Broadcast(shape[before.Length..^after.Length]);
        }

        return checked(sizes.Values.Concat(others).Aggregate(1L, (product, size) => checked(product * size)) * (operands.Count - 1));

        void Label(string labels, long[] shape)
        {
            foreach (var (label, size) in labels.Zip(shape))
            {
                sizes[label] = Math.Max(size, sizes.GetValueOrDefault(label));
            }
        }

        // Dimensions without names meet from the last one.
        void Broadcast(long[] shape)
        {
            for (var i = 0; i < shape.Length; i++)
            {
                if (i == others.Count)
                {
                    others.Add(1);
                }

                others[i] = Math.Max(others[i], shape[^(i + 1)]);
            }
        }
    }
}
