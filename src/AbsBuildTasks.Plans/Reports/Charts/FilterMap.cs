using System.Text;
using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>A layer's filters in index order, 64 to a line: a square for a kept one, a dash for a pruned one.</summary>
/// <remarks>Where there are more than 2,048, each square stands for several, and is as thick as their kept share.</remarks>
internal static class FilterMap
{
    private const int Columns = 64;
    private const int MostCells = 2048;
    private const int Pitch = 5;
    private const int Levels = 4;
    private const double Width = (Columns * Pitch) - 1;
    private const double Top = 22;
    private const double NameRoom = 128;
    private const double UnitHeight = 18;

    /// <summary>Draws the filters of layers, a map for each.</summary>
    public static IReadOnlyList<Chart> Draw(IReadOnlyList<LayerPlan> layers)
    {
        var names = Label.Names(layers.Select(layer => layer.Name), NameRoom);
        return [.. layers.Select(layer => Draw(layer, names.Of(layer.Name)))];
    }

    private static Chart Draw(LayerPlan layer, string name)
    {
        var each = ((layer.Filters - 1) / MostCells) + 1;
        var cells = ((layer.Filters - 1) / each) + 1;
        var lines = ((cells - 1) / Columns) + 1;
        var unit = Invariant($"each square is {each} filters");
        var kept = Invariant($"{layer.KeptFilters.Count} of {layer.Filters} kept");
        var bottom = Top + (lines * Pitch);
        return new(
            $"Filters of {Label.Tip(layer.Name)}",
            $"{kept}: {Spelling(layer.KeptFilters)}{(each == 1 ? "" : "; " + unit)}",
            bottom + (each == 1 ? 4 : UnitHeight),
            [
                Label.Draw(0, 12, name),
                Svg.Text(Width, 12, kept, "value", "end"),
                Svg.Group(
                    0,
                    Top,
                    null,
                    Svg.Path(Lines(cells), "gone"),
                    Enumerable.Range(1, Levels).Select(level => Kept(layer, cells, each, level))),
                .. each == 1 ? Array.Empty<XElement>() : [Svg.Text(0, bottom + 12, unit, "legend")],
            ]);
    }

    private static string Spelling(FilterRanges filters)
    {
        const int most = 12;
        string[] ranges = [.. filters.Spellings().Take(most + 1)];
        return string.Join(", ", ranges.Take(most)) + (ranges.Length > most ? ", …" : "");
    }

    /// <summary>A dash for every cell; squares of kept filters cover theirs.</summary>
    private static string Lines(int cells)
    {
        var path = new StringBuilder();
        for (var start = 0; start < cells; start += Columns)
        {
            AddRun(path, start, Math.Min(Columns, cells - start));
        }

        return path.ToString();
    }

    private static XElement? Kept(LayerPlan layer, int cells, int each, int level)
    {
        var path = new StringBuilder();
        for (var cell = 0; cell < cells;)
        {
            var start = cell;
            while (cell < cells && (cell == start || cell % Columns != 0) && Level(layer, cell, each) == level)
            {
                cell++;
            }

            if (cell > start)
            {
                AddRun(path, start, cell - start);
            }
            else
            {
                cell++;
            }
        }

        return path.Length == 0 ? null : Svg.Path(path.ToString(), Invariant($"some{level}"));
    }

    /// <summary>The kept share of a cell's filters in quarters, rounded up: 0 only where none is kept.</summary>
    private static int Level(LayerPlan layer, int cell, int each)
    {
        var first = cell * each;
        var last = (int)Math.Min(layer.Filters, (long)first + each) - 1;
        var size = last - first + 1;
        return (int)((((long)layer.KeptFilters.CountIn(first, last) * Levels) + size - 1) / size);
    }

    // A dashed line draws a run of squares, however long, in a few characters.
    private static void AddRun(StringBuilder path, int cell, int length) =>
        path.Append(Invariant($"M{cell % Columns * Pitch} {(cell / Columns * Pitch) + 2}h{(length * Pitch) - 1}"));
}
