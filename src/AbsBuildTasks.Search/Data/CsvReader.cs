using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Reads CSV files of numbers; plain or gzip, UTF-8.</summary>
/// <remarks>
/// A value is a finite number with a decimal point, and spaces around it do not count; there are no quotes. Every line
/// has as many values as the first; empty lines may only end the file.
/// </remarks>
public static class CsvReader
{
    // Class indices are read as float32, which holds whole numbers up to here.
    private const int MaxClasses = 1 << 24;

    private static readonly ElementType Single = new(ScalarType.Float32, sizeof(float), Swapped: false);

    /// <summary>Reads examples, one a line, with their labels.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="classes">The number of classes; labels are whole numbers from 0 below it.</param>
    /// <param name="format">The layout. Default: commas, no header, the label last.</param>
    /// <returns>Inputs <c>[N, columns − 1]</c>, float32, as they stand in the file; targets <c>[N]</c>, int64.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file, or a label that names no class. ABS1008: not readable.</exception>
    public static LabelledData Read(string path, int classes, CsvFormat? format = null)
    {
        ClassLabels.RequireClasses(classes);
        if (classes > MaxClasses)
        {
            throw new AbsException(AbsCodes.InvalidData, $"A CSV file's label can name one of {MaxClasses} classes at most, not of {classes}; give the number of classes in the data.");
        }

        format ??= new CsvFormat();
        using var scope = NewDisposeScope();
        var table = ReadTable(path, format);
        var columns = (int)table.shape[1];
        var label = format.LabelColumn < 0 ? format.LabelColumn + columns : format.LabelColumn;
        if (columns < 2 || label < 0 || label >= columns)
        {
            throw Invalid(path, 1, $"there are {columns} columns, and column {format.LabelColumn} cannot be the label of the others", "correct LabelColumn or Separator");
        }

        var labels = table.select(1, label).contiguous();
        RequireClassIndices(path, labels, classes, format);
        var inputs = cat([table.narrow(1, 0, label), table.narrow(1, label + 1, columns - label - 1)], 1);
        return new LabelledData(inputs, labels.to(ScalarType.Int64));
    }

    /// <summary>Reads all columns.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="format">The layout; its label column does not matter here.</param>
    /// <returns>The values, float32, <c>[lines, columns]</c>.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file. ABS1008: not readable.</exception>
    public static Tensor ReadTable(string path, CsvFormat? format = null)
    {
        format ??= new CsvFormat();
        var (values, columns) = ReadValues(path, format);
        var table = TensorData.New(Path.GetFileName(path), [values.Count / columns, columns], Single);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)).CopyTo(table.bytes);
        return table;
    }

    private static (List<float> Values, int Columns) ReadValues(string path, CsvFormat format)
    {
        using var file = DataFile.Open(path);
        using var text = new StreamReader(file.Stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var lines = new LineReader(text);
        var values = new List<float>();
        var (columns, emptyLine) = (0, 0);
        while (Next(file, lines))
        {
            if (lines.Number == 1 && format.HasHeader)
            {
                continue;
            }

            if (lines.Line.IsWhiteSpace())
            {
                emptyLine = emptyLine == 0 ? lines.Number : emptyLine;
                continue;
            }

            if (emptyLine > 0)
            {
                throw Invalid(path, emptyLine, "the line is empty, but more follow", "remove it");
            }

            var before = values.Count;
            AddValues(path, lines, format, values);
            columns = columns == 0 ? values.Count : columns;
            if (values.Count - before != columns)
            {
                throw Invalid(path, lines.Number, $"there are {values.Count - before} values, not {columns} as on the lines before", "complete the line, or fetch the file again");
            }
        }

        return columns > 0 ? (values, columns) : throw Invalid(path, 1, "there are no values", "give a file with at least one line of numbers");
    }

    private static bool Next(DataFile file, LineReader lines)
    {
        try
        {
            return file.Guard(lines.Next);
        }
        catch (DecoderFallbackException exception)
        {
            throw new AbsException(AbsCodes.InvalidData, $"'{file.Name}', line {lines.Number}: this or a line soon after is not UTF-8 text; save the file as UTF-8.", exception);
        }
    }

    private static void AddValues(string path, LineReader lines, CsvFormat format, List<float> values)
    {
        // A list's room is an array of at most 2^31 values, and twice as much while it grows.
        const int MostValues = 1 << 30;
        if (lines.IsTooLong || values.Count > MostValues)
        {
            throw Invalid(path, lines.Number, lines.IsTooLong ? $"the line has more than {LineReader.MaxLength} characters" : $"the file has more than {MostValues} values", "use .npy for data this large");
        }

        foreach (var range in lines.Line.Split(format.Separator))
        {
            var cell = lines.Line[range];
            if (!float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
            {
                var header = lines.Number == 1 ? ", or set HasHeader if the line names the columns" : "";
                throw Invalid(path, lines.Number, $"'{Shown(cell)}' is not a finite number in the range of float32", $"correct it{header}");
            }

            values.Add(value);
        }
    }

    private static void RequireClassIndices(string path, Tensor labels, int classes, CsvFormat format)
    {
        var values = MemoryMarshal.Cast<byte, float>(labels.bytes);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < 0 || values[i] >= classes || values[i] != MathF.Truncate(values[i]))
            {
                var line = i + (format.HasHeader ? 2 : 1);
                throw Invalid(path, line, string.Create(CultureInfo.InvariantCulture, $"label {values[i]} is not a whole number from 0 to {classes - 1}"), "correct it, LabelColumn, or the number of classes");
            }
        }
    }

    private static string Shown(ReadOnlySpan<char> cell)
    {
        const int Most = 20;
        var shown = cell.Length > Most ? $"{cell[..Most]}…" : cell.ToString();
        return string.Concat(shown.Select(character => char.IsControl(character) ? '?' : character));
    }

    private static AbsException Invalid(string path, int line, string problem, string advice) =>
        new(AbsCodes.InvalidData, $"'{Path.GetFileName(path)}', line {line}: {problem}; {advice}.");
}
