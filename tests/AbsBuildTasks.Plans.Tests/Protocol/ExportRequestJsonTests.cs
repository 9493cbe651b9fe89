using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Plans.Tests.Protocol;

public class ExportRequestJsonTests
{
    private static readonly ExportRequest Request = new()
    {
        Version = ExportRequest.CurrentVersion,
        AssemblyFile = "/src/\"q\"/é\n.dll",
        ProjectDirectory = @"C:\src",
        DataFiles = ["/src/a.csv", "/src/2024-01-01T00:00:00Z"],
        Fuses = ["Relu"],
        WeightsFile = "/plans/digits.weights.zip",
        OutputFile = "/out/digits.onnx",
        NativeDirectory = "/native",
    };

    [Theory]
    [InlineData(null)]
    [InlineData("Digits.Model")]
    public void A_request_reads_back(string? type)
    {
        var request = Request with { TypeName = type };

        var read = ExportRequestJson.Read(ExportRequestJson.Write(request));

        Assert.Equal(request.DataFiles, read.DataFiles);
        Assert.Equal(request.Fuses, read.Fuses);
        Assert.Equal(request, read with { DataFiles = request.DataFiles, Fuses = request.Fuses });
    }

    [Fact]
    public void A_question_has_no_weights_and_a_target_may_want_more()
    {
        var request = Request with { WeightsFile = null, OutputFile = null, FloatFile = "/tmp/float.onnx", HighestOpset = 21, QuantizesSums = true, InputMultiple = 4 };

        Assert.Equal(request, ExportRequestJson.Read(ExportRequestJson.Write(request)) with { DataFiles = request.DataFiles, Fuses = request.Fuses });
    }

    [Theory]
    [InlineData("\"version\": 4", "\"version\": 5", "version is 5, out of range 4 to 4")]
    [InlineData("\"nativeDirectory\": \"/native\"", "\"nativeDirectory\": \"/native\", \"gpu\": 1", "gpu is not a known property")]
    [InlineData("\"outputFile\": \"/out/digits.onnx\",", "", "outputFile is missing")]
    [InlineData("\"highestOpset\": 25", "\"highestOpset\": 16", "highestOpset is 16, out of range 17 to 25")]
    [InlineData("\"nativeDirectory\": \"/native\"", "\"nativeDirectory\": null", "nativeDirectory is not a text")]
    public void Another_form_is_a_defect(string right, string wrong, string message)
    {
        var text = ExportRequestJson.Write(Request);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => ExportRequestJson.Read(text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Equal(AbsCodes.Defect, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
