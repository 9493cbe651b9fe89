namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Breaks lines of text between words.</summary>
internal static class LineBreaks
{
    private const string Indent = "  ";

    /// <summary>Lines that are no wider than there is room, where their words are not.</summary>
    /// <param name="line">A line's pieces.</param>
    /// <param name="width">The room, in characters.</param>
    public static IEnumerable<IReadOnlyList<TextSpan>> Of(IReadOnlyList<TextSpan> line, int width)
    {
        if (line.Sum(span => (long)span.Text.Length) <= width)
        {
            yield return line;
            yield break;
        }

        var (now, length) = (new List<TextSpan>(), 0);
        foreach (var word in Whole(line.SelectMany(Words)))
        {
            var more = word.Sum(part => part.Text.Length);
            if (length > Indent.Length && length + string.Concat(word.Select(part => part.Text)).TrimEnd().Length > width)
            {
                yield return now;
                (now, length) = ([new(Indent, CellTone.Plain)], Indent.Length);
            }

            now.AddRange(word);
            length += more;
        }

        yield return now;
    }

    // A word may have several pieces, as a name and the comma behind it; it ends with a space.
    private static IEnumerable<IReadOnlyList<TextSpan>> Whole(IEnumerable<TextSpan> parts)
    {
        var word = new List<TextSpan>();
        foreach (var part in parts)
        {
            word.Add(part);
            if (part.Text[part.Text.Length - 1] == ' ')
            {
                yield return word;
                word = [];
            }
        }

        yield return word;
    }

    // Each with the space behind it.
    private static IEnumerable<TextSpan> Words(TextSpan span)
    {
        for (var start = 0; start < span.Text.Length;)
        {
            var space = span.Text.IndexOf(' ', start);
            var end = space < 0 ? span.Text.Length : space + 1;
            yield return span with { Text = span.Text.Substring(start, end - start) };
            start = end;
        }
    }
}
