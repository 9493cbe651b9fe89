using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class NpyReaderTests : IDisposable
{
    private static readonly byte[] SixFloats = [.. MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6])];

    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_versions_are_read(byte version)
    {
        var array = Read(NpyFile.Of("<f4", "(2, 3)", SixFloats, version: version));
        Assert.Equal([2, 3], array.shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6], array.data<float>().ToArray());
    }

    [Fact]
    public void Fortran_order_becomes_row_major()
    {
        var array = Read(NpyFile.Of("<f4", "(2, 3)", SixFloats, fortran: true));
        Assert.Equal([2, 3], array.shape);
        Assert.True(array.is_contiguous());
        Assert.Equal([1f, 3, 5, 2, 4, 6], array.data<float>().ToArray());
    }

    [Theory]
    [InlineData("|b1", ScalarType.Bool, "01", 1.0)]
    [InlineData("|u1", ScalarType.Byte, "FE", 254.0)]
    [InlineData("|i1", ScalarType.Int8, "FE", -2.0)]
    [InlineData("<i2", ScalarType.Int16, "FEFF", -2.0)]
    [InlineData(">i2", ScalarType.Int16, "FFFE", -2.0)]
    [InlineData("<u2", ScalarType.Int32, "FEFF", 65534.0)]
    [InlineData("<i4", ScalarType.Int32, "FEFFFFFF", -2.0)]
    [InlineData(">u4", ScalarType.Int64, "FFFFFFFE", 4294967294.0)]
    [InlineData(">i8", ScalarType.Int64, "FFFFFFFFFFFFFFFE", -2.0)]
    [InlineData("<u8", ScalarType.Int64, "0200000000000000", 2.0)]
    [InlineData("<f2", ScalarType.Float16, "003E", 1.5)]
    [InlineData(">f4", ScalarType.Float32, "3FC00000", 1.5)]
    [InlineData("<f8", ScalarType.Float64, "000000000000F83F", 1.5)]
    public void All_types_of_numbers_are_read(string type, ScalarType expected, string hex, double value)
    {
        var array = Read(NpyFile.Of(type, "(1,)", Convert.FromHexString(hex)));
        Assert.Equal(expected, array.dtype);
        Assert.Equal(value, array.to(ScalarType.Float64).item<double>());
    }

    [Fact]
    public void A_single_number_has_no_dimension() => Assert.Equal(0, Read(NpyFile.Of("<f4", "()", SixFloats[..4])).dim());

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "offset 10: numbers of type '|O' cannot be read")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "offset 10: numbers of type '<c8'")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", "offset 10: numbers of type '|f4'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "offset 10: the header does not describe")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", "offset 10: the header does not describe")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "offset 10: shape (0,) is not")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "offset 10: shape (")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999, 9999999999), }", "offset 128: ")]
    public void Other_headers_are_refused(string header, string message) =>
        _ = DamagedData.Refused(() => Read(NpyFile.Raw(header, SixFloats[..4])), "'a.npy', " + message);

    [Fact]
    public void Numbers_above_the_range_of_int64_are_refused() =>
        _ = DamagedData.Refused(() => Read(NpyFile.Of("<u8", "(1,)", Convert.FromHexString("FFFFFFFFFFFFFFFF"))), "above the range of int64");

    // Each gap can be split between two parts of a pattern in as many ways as it has spaces: a reader that tries them all takes minutes.
    [Theory]
    [InlineData("{'descr':True_'shape':True_'fortran_order':True_x")]
    [InlineData("{'descr'_:_True_,_'shape'_:_True_}_x")]
    [InlineData("{_'descr'_'descr'_'descr'_")]
    public void A_header_with_long_gaps_is_refused_at_once(string form) =>
        _ = DamagedData.Refused(() => Read(NpyFile.Raw(form.Replace("_", new string(' ', 9500 / form.Count(character => character == '_')), StringComparison.Ordinal), SixFloats)), "'a.npy', offset 10: the header does not describe");

    [Theory]
    [InlineData("{ 'shape' : (2, 3) , 'fortran_order' : False , 'descr' : '<f4' }")]
    [InlineData("{'shape':(2,3),'descr':'<f4','fortran_order':False}")]
    public void Fields_may_come_in_any_order_with_any_gaps(string header) => Assert.Equal([2, 3], Read(NpyFile.Raw(header, SixFloats)).shape);

    [Theory]
    [InlineData("'<f4'", "(1111,)")]
    [InlineData("'1111'", "(2, 3)")]
    public void Long_values_are_not_echoed_whole(string type, string shape)
    {
        var header = $"{{'descr': {type}, 'fortran_order': False, 'shape': {shape}, }}".Replace("1111", new string('1', 9000), StringComparison.Ordinal);
        Assert.InRange(DamagedData.Refused(() => Read(NpyFile.Raw(header, SixFloats))).Message.Length, 1, 500);
    }

    [Fact]
    public void Every_truncation_is_refused_and_so_is_more()
    {
        DamagedData.Truncate(NpyFile.Of("<f4", "(2, 3)", SixFloats), Read);
        _ = DamagedData.Refused(() => Read(NpyFile.Of("<f4", "(2, 3)", [.. SixFloats, 0])), "'a.npy', offset 152: 1 more bytes follow than shape [2, 3] needs");
    }

    // A byte of the header may say another thing of the same size, such as >f4 or <i4 for <f4.
    [Fact]
    public void A_damaged_header_is_refused_or_declares_as_many_bytes() =>
        DamagedData.Corrupt(NpyFile.Of("<f4", "(2, 3)", SixFloats), 128, Read, (_, array) => array.dtype is ScalarType.Int64 or ScalarType.Float32 or ScalarType.Int32 && array.numel() == 6);

    private Tensor Read(byte[] content) => NpyReader.Read(_folder.Write("a.npy", content));
}
