using System.Globalization;

namespace AbsBuildTasks.Fingerprints;

/// <summary>Finds tables in an assembly's metadata (ECMA-335, II.24.2.6), as far as those that hold addresses.</summary>
internal sealed class MetadataTables
{
    /// <summary>Methods; a row begins with the address of the body, or 0.</summary>
    public const int MethodDef = 0x06;

    /// <summary>Fields with initial values; a row begins with their address.</summary>
    public const int FieldRva = 0x1d;

    private const int HeapSizesOffset = 6;
    private const int ValidOffset = 8;
    private const int RowCountsOffset = 24;
    private const int LargeRowCount = 1 << 16;
    private const int WideStrings = 1;
    private const int WideGuids = 2;
    private const int WideBlobs = 4;

    /// <summary>
    /// The columns of each table up to <see cref="FieldRva"/>: 2 and 4 are numbers of that many bytes; S, G and B are
    /// places in heaps; xx is a row of table xx; n:xx,yy a row of one of the tables, tagged by n bits.
    /// </summary>
    private static readonly string[] Columns =
    [
        "2 S G G G",
        "2:00,1a,23,01 S S",
        "4 S S 2:02,01,1b 04 06",
        "04",
        "2 S B",
        "06",
        "4 2 2 S B 08",
        "08",
        "2 2 S",
        "02 2:02,01,1b",
        "3:02,01,1a,06,1b S B",
        "2 2:04,08,17 B",
        "5:06,04,01,02,08,09,0a,00,0e,17,14,11,1a,1b,20,23,26,27,28,2a,2b,2c 3:06,0a B",
        "1:04,08 B",
        "2 2:02,06,20 B",
        "2 4 02",
        "4 04",
        "B",
        "02 14",
        "14",
        "2 S 2:02,01,1b",
        "02 17",
        "17",
        "2 S B",
        "2 06 1:14,17",
        "02 1:06,0a 1:06,0a",
        "S",
        "B",
        "2 1:04,06 S 1a",
        "4 04",
    ];

    private readonly long[] _rowCounts = new long[64];
    private readonly long[] _starts = new long[Columns.Length];
    private readonly int[] _rowLengths = new int[Columns.Length];
    private readonly int _heapSizes;

    /// <summary>Reads the head of the tables' stream.</summary>
    /// <exception cref="BadImageFormatException">The stream is cut.</exception>
    public MetadataTables(ImageBytes image, long start)
    {
        _heapSizes = image.Byte(start + HeapSizesOffset);
        var valid = image.UInt64(start + ValidOffset);
        var next = start + RowCountsOffset;
        for (var table = 0; table < _rowCounts.Length; table++)
        {
            if ((valid >> table & 1) != 0)
            {
                _rowCounts[table] = image.UInt32(next);
                next += sizeof(uint);
            }
        }

        for (var table = 0; table < Columns.Length; table++)
        {
            _rowLengths[table] = Columns[table].Split(' ').Sum(Width);
            _starts[table] = next;
            next += _rowCounts[table] * _rowLengths[table];
        }
    }

    /// <summary>Where the rows of a table begin.</summary>
    public IEnumerable<long> Rows(int table)
    {
        for (var row = 0L; row < _rowCounts[table]; row++)
        {
            yield return _starts[table] + (row * _rowLengths[table]);
        }
    }

    private int Width(string column) => column switch
    {
        "2" => 2,
        "4" => 4,
        "S" => HeapWidth(WideStrings),
        "G" => HeapWidth(WideGuids),
        "B" => HeapWidth(WideBlobs),
        _ when column.Split(':') is [var tag, var tables] => RowWidth(tables.Split(','), int.Parse(tag, CultureInfo.InvariantCulture)),
        _ => RowWidth([column], 0),
    };

    private int HeapWidth(int flag) => (_heapSizes & flag) == 0 ? 2 : 4;

    private int RowWidth(string[] tables, int tagBits) =>
        tables.Max(table => _rowCounts[int.Parse(table, NumberStyles.HexNumber, CultureInfo.InvariantCulture)]) < LargeRowCount >> tagBits ? 2 : 4;
}
