using System.Text;
using AbsBuildTasks.Search.Data;
using FsCheck;
using FsCheck.Xunit;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class CsvReaderTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_last_column_is_the_label()
    {
        var data = CsvReader.Read(_folder.Write("a.csv", "1,-2.5,0\r\n 3e-1 ,4,2\r\n\r\n"), 3);

        Assert.Equal([2, 2], data.Inputs.shape);
        Assert.Equal([1f, -2.5f, 0.3f, 4f], data.Inputs.data<float>().ToArray());
        Assert.Equal([0L, 2], data.Targets.data<long>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-3)]
    public void Header_separator_and_label_column_can_be_chosen(int column)
    {
        var at = column < 0 ? column + 3 : column;
        var cells = new List<string> { "10", "20" };
        cells.Insert(at, "1");
        var path = _folder.Write("a.csv.gz", DataFolder.Gzip(Encoding.UTF8.GetBytes("\uFEFFa;b;c\n" + string.Join(';', cells))));

        var data = CsvReader.Read(path, 2, new CsvFormat { Separator = ';', HasHeader = true, LabelColumn = column });

        Assert.Equal([10f, 20f], data.Inputs.data<float>().ToArray());
        Assert.Equal([1L], data.Targets.data<long>().ToArray());
    }

    [Property(MaxTest = 30)]
    public bool Numbers_come_back_as_they_were(NormalFloat[] numbers, PositiveInt columns)
    {
        var rows = numbers.Select(number => (float)(number.Get % 1e30)).Append(0.1f).Chunk(columns.Get % 7 + 1).Where((row, i) => i == 0 || row.Length == columns.Get % 7 + 1).ToArray();
        var text = string.Join('\n', rows.Select(row => string.Join(',', row.Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))));
        using var table = CsvReader.ReadTable(_folder.Write("n.csv", text));
        return table.shape[0] == rows.Length && table.data<float>().ToArray().SequenceEqual(rows.SelectMany(row => row));
    }

    [Theory]
    [InlineData("1,0\n2,x\n", "line 2: 'x' is not a finite number")]
    [InlineData("a,b\n1,0\n", "line 1: 'a' is not a finite number in the range of float32; correct it, or set HasHeader")]
    [InlineData("1,0\nNaN,0\n", "line 2: 'NaN'")]
    [InlineData("1,0\n-Infinity,0\n", "line 2: '-Infinity'")]
    [InlineData("1,0\n1e39,0\n", "line 2: '1e39'")]
    [InlineData("1,0\n,0\n", "line 2: ''")]
    [InlineData("1,0\n1\n", "line 2: there are 1 values, not 2")]
    [InlineData("1,0\n1,2,0\n", "line 2: there are 3 values, not 2")]
    [InlineData("1,0\n\n1,0\n", "line 2: the line is empty")]
    [InlineData("1,0\n1,2\n", "line 2: label 2 is not a whole number from 0 to 1")]
    [InlineData("1,0\n1,-1\n", "line 2: label -1")]
    [InlineData("1,0\n1,0.5\n", "line 2: label 0.5")]
    [InlineData("1\n", "line 1: there are 1 columns")]
    [InlineData("", "line 1: there are no values")]
    [InlineData("\n\n", "line 1: there are no values")]
    [InlineData("1,0\n1,\u0007aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "line 2: '?aaaaaaaaaaaaaaaaaaa…'")]
    public void Messages_name_file_and_line(string content, string message) =>
        _ = DamagedData.Refused(() => CsvReader.Read(_folder.Write("a.csv", content), 2), "'a.csv', " + message);

    [Fact]
    public void A_header_counts_as_a_line() =>
        _ = DamagedData.Refused(() => CsvReader.Read(_folder.Write("a.csv", "x,y\n1,0\n1,7\n"), 2, new CsvFormat { HasHeader = true }), "'a.csv', line 3: label 7");

    [Fact]
    public void Text_that_is_not_utf8_is_refused() =>
        _ = DamagedData.Refused(() => CsvReader.ReadTable(_folder.Write("a.csv", [.. "1,2\n"u8, 0xFF, 0xFE])), "'a.csv', line 1", "UTF-8");

    [Fact]
    public void A_line_without_end_is_refused_before_it_fills_the_memory() =>
        _ = DamagedData.Refused(() => CsvReader.ReadTable(_folder.Write("a.csv.gz", DataFolder.Gzip(new byte[1 << 25]))), "'a.csv.gz', line 1: the line has more than 16777216 characters");

    [Fact]
    public void Lines_longer_than_the_buffer_are_read()
    {
        var row = string.Join(',', Enumerable.Range(0, 9_999));
        using var table = CsvReader.ReadTable(_folder.Write("a.csv", $"{row}\n{row}\n{row}"));
        Assert.Equal([3, 9_999], table.shape);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(9_998f, table[i, 9_998].item<float>()));
    }

    [Fact]
    public void A_truncated_file_is_refused_or_gives_the_lines_before()
    {
        var content = Encoding.UTF8.GetBytes("1.25,2.5,0\n3.75,4.5,1\n5.25,6.5,0\n");
        DamagedData.Truncate(content, damaged => CsvReader.Read(_folder.Write("a.csv", damaged), 2), (_, data) => data.Inputs[0, 0].item<float>() == 1.25f);
        var gzip = DataFolder.Gzip(content);
        DamagedData.Truncate(gzip, damaged => CsvReader.Read(_folder.Write("a.csv.gz", damaged), 2));
    }

    [Property(MaxTest = 200)]
    public void Whatever_the_bytes_nothing_but_our_failure_comes(byte[] content) =>
        DamagedData.Truncate([.. content, 0], damaged => CsvReader.ReadTable(_folder.Write("a.csv", damaged)), (_, _) => true);
}
