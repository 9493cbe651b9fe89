using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Documents;

public sealed class OnnxRecordTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(Repository.Read("docs/onnx.schema.json")).GetAwaiter().GetResult();

    private static readonly OnnxRecord Sample = new()
    {
        FileBytes = 10_475,
        FloatBytes = 164_894,
        Opset = 21,
        MetricName = "top-1",
        Metric = 99.1667,
        NetworkMetric = 99.4444,
        QuantizesSums = true,
        Layers = 5,
        IntegerLayers = 4,
    };

    [Theory]
    [InlineData(99.1667, 17, false)]
    [InlineData(-5e-8, 25, true)]
    [InlineData(0, 21, true)]
    public void A_record_reads_back_and_fits_the_published_schema(double metric, int opset, bool quantizesSums)
    {
        var record = Sample with { Metric = metric, Opset = opset, QuantizesSums = quantizesSums };

        var text = OnnxRecordJson.Write(record);

        Assert.Equal(record, OnnxRecordJson.Read(text, "digits.onnx.json"));
        Assert.Empty(Schema.Validate(text));
    }

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion is 2")]
    [InlineData("\"fileBytes\": 10475", "\"fileBytes\": 0", "fileBytes is not positive")]
    [InlineData("\"opset\": 21", "\"opset\": 26", "opset is 26, out of range 17 to 25")]
    [InlineData("\"metric\": 99.1667", "\"metric\": 1e300", "metric is out of range")]
    [InlineData("\"integerLayers\": 4", "\"integerLayers\": 6", "integerLayers is 6, out of range 0 to 5")]
    [InlineData("\"layers\": 5", "\"layers\": 5, \"note\": 1", "note is not a known property")]
    [InlineData("\"quantizesSums\": true", "\"quantizesSums\": 1", "quantizesSums is not true or false")]
    public void What_is_no_record_is_refused(string right, string wrong, string message)
    {
        var text = OnnxRecordJson.Write(Sample);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => OnnxRecordJson.Read(text.Replace(right, wrong, StringComparison.Ordinal), "digits.onnx.json"));

        Assert.Equal(AbsCodes.InvalidOnnxRecord, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
