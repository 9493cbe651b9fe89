using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Latency;

public class LatencyJsonTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(Repository.Read("docs/latency.schema.json")).GetAwaiter().GetResult();
    private static readonly string Text = LatencyJson.Write(SampleTable.Digits);

    [Fact]
    public void A_table_reads_back_fits_its_schema_and_has_a_line_for_each_row()
    {
        Assert.Equal(Text, LatencyJson.Write(LatencyJson.Read(Text.Replace("\n", "\r\n", StringComparison.Ordinal), "t.json")));
        Assert.Empty(Schema.Validate(Text));
        Assert.Contains("\n        [100, 300],\n        [200, 500]\n", Text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_says_how_many_input_channels_go_at_a_time_where_it_matters()
    {
        var text = LatencyJson.Write(SampleTable.Digits with { InputMultiple = 4 });

        Assert.Contains("\n  \"batch\": 1,\n  \"inputMultiple\": 4,\n", text, StringComparison.Ordinal);
        Assert.Empty(Schema.Validate(text));
        Assert.Equal(4, LatencyJson.Read(text, "t.json").InputMultiple);
        Assert.DoesNotContain("inputMultiple", Text, StringComparison.Ordinal);
        Assert.Equal(1, LatencyJson.Read(Text, "t.json").InputMultiple);
    }

    [Theory]
    [InlineData("\"threads\": 1,", "\"threads\": 1, \"inputMultiple\": 1,", "inputMultiple is 1, out of range")]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion is 2, out of range 1 to 1")]
    [InlineData("\"threads\": 1", "\"threads\": 0", "threads is 0, out of range")]
    [InlineData("\"threads\": 1,", "\"threads\": 1, \"date\": 1,", "date is not a known property")]
    [InlineData("[100, 300]", "[100]", "layers[0].float32 does not have a row for each of filterPoints, with a number for each of inputPoints")]
    [InlineData("[80, 120],", "", "layers[0].int8 does not have a row")]
    [InlineData("[100, 300]", "[100, 0]", "layers[0].float32 holds a time that is not 1 to 3600000000000 nanoseconds")]
    [InlineData("[100, 300]", "[100, 1.5]", "layers[0].float32 is not a list of whole numbers")]
    [InlineData("\"filterPoints\": [2, 4]", "\"filterPoints\": [4, 2]", "layers[0].filterPoints does not rise from at least 1 to at most 4")]
    [InlineData("\"inputPoints\": [1, 3]", "\"inputPoints\": [1, 4]", "layers[0].inputPoints does not rise from at least 1 to at most 3")]
    [InlineData("[\"fc\"]", "[\"conv1\"]", "layers[1].names has 'conv1' a second time")]
    [InlineData("[\"fc\"]", "[]", "layers[1].names is empty")]
    public void What_is_no_table_is_refused_with_its_place(string from, string to, string message)
    {
        Assert.Contains(from, Text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => LatencyJson.Read(Text.Replace(from, to, StringComparison.Ordinal), "t.json"));

        Assert.Equal(AbsCodes.InvalidLatencyTable, error.Code);
        Assert.StartsWith("t.json(", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("'abs profile'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_has_the_times_of_its_name_and_sizes()
    {
        var shape = new LayerShape { Name = "conv2", Kind = "Conv2d", Filters = 4, InputChannels = 3, KernelSize = 9, Positions = 64 };
        var timed = shape with { Times = SampleTable.Digits.TimesOf(shape) };

        Assert.Equal(500, timed.FullPrecision(CostKind.Latency));
        Assert.Equal(160, CostKind.Latency.Of(CompressedLayer.Whole(timed) with { WeightBits = 4, ActivationBits = 8 }));
    }

    [Fact]
    public void A_layer_that_is_not_there_or_is_another_is_refused_by_name()
    {
        var shape = new LayerShape { Name = "conv3", Kind = "Conv2d", Filters = 4, InputChannels = 3, KernelSize = 9, Positions = 64 };

        var missing = Assert.Throws<AbsException>(() => SampleTable.Digits.TimesOf(shape));
        var other = Assert.Throws<AbsException>(() => SampleTable.Digits.TimesOf(shape with { Name = "conv1", Positions = 256 }));

        Assert.Equal([AbsCodes.LatencyUnknown, AbsCodes.LatencyUnknown], [missing.Code, other.Code]);
        Assert.StartsWith("No time is known: layer conv3 is not in the latency table; it is a Conv2d of 4 filters and 3 inputs in 1 groups, kernel size 9, 64 positions. Run 'abs profile'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("another layer conv1: a Conv2d of 4 filters and 3 inputs in 1 groups, kernel size 9, 64 positions, where the network's is a Conv2d of 4 filters and 3 inputs in 1 groups, kernel size 9, 256 positions", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_read_back_and_other_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "digits.latency.json");
        LatencyFile.Write(path, SampleTable.Digits);

        Assert.Equal(Text, LatencyJson.Write(LatencyFile.Read(path, "digits.latency.json")));
        File.WriteAllText(path, "");
        Assert.Equal(AbsCodes.InvalidLatencyTable, Assert.Throws<AbsException>(() => LatencyFile.Read(path, "digits.latency.json")).Code);
    }
}
