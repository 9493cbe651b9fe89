using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Protocol;

public class SearchRequestJsonTests
{
    private static readonly SearchRequest Request = new()
    {
        Version = SearchRequest.CurrentVersion,
        Model = "digits",
        AssemblyFile = "/src/\"q\"/é\n.dll",
        ProjectDirectory = @"C:\src",
        DataFiles = ["/src/a.csv", "/src/2024-01-01T00:00:00Z"],
        Fingerprint = new('0', 64),
        Settings = new() { Budget = new(0.05) },
        Device = "auto",
        OutputDirectory = "/out",
        NativeDirectory = "/native",
    };

    [Fact]
    public void A_request_reads_back() => AssertRoundTrip(Request);

    [Fact]
    public void Optional_parts_read_back() => AssertRoundTrip(Request with { TypeName = "Digits.Model", StartingWeights = "/w.dat", CheckpointDirectory = "/checkpoints", LockFile = "/plan.json", Afresh = "baseline", DataFiles = [] });

    [Property]
    public void Any_number_reads_back(int seed, FsCheck.NormalFloat rate) => AssertRoundTrip(Request with
    {
        Settings = Request.Settings with { Seed = seed, LearningRate = Math.Abs(rate.Get) + 1e-9, SearchLearningRate = (Math.Abs(rate.Get) + 1e-9) / 3 },
    });

    [Theory]
    [InlineData("\"version\": 2", "\"version\": 1", "version is 1, out of range 2 to 2")]
    [InlineData("\"afresh\": null", "\"afresh\": \"Baseline\"", "afresh is not the title of a stage")]
    [InlineData("\"device\": \"auto\",", "", "device is missing")]
    [InlineData("\"device\": \"auto\"", "\"device\": 1", "device is not a text")]
    [InlineData("\"device\": \"auto\"", "\"device\": \"auto\", \"gpu\": 1", "gpu is not a known property")]
    [InlineData("\"Symmetric\"", "\"0\"", "settings.grid is not the name of a WeightGrid")]
    [InlineData("\"seed\": 1", "\"seed\": 2147483648", "settings.seed is 2147483648, out of range -2147483648 to 2147483647")]
    [InlineData("\"seed\": 1", "\"seed\": 1, \"sead\": 1", "settings.sead is not a known property")]
    [InlineData("\"keepFirstAndLast\": true", "\"keepFirstAndLast\": 1", "settings.keepFirstAndLast is not true or false")]
    public void Another_form_is_a_defect(string right, string wrong, string message)
    {
        var text = SearchRequestJson.Write(Request);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => SearchRequestJson.Read(text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Equal(AbsCodes.Defect, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_out_of_range_is_the_users()
    {
        var error = Assert.Throws<AbsException>(() => SearchRequestJson.Read(SearchRequestJson.Write(Request with { Settings = Request.Settings with { BatchSize = 0 } })));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
    }

    private static void AssertRoundTrip(SearchRequest request)
    {
        var read = SearchRequestJson.Read(SearchRequestJson.Write(request));

        Assert.Equal(request.DataFiles, read.DataFiles);
        Assert.Equal(request, read with { DataFiles = request.DataFiles });
    }
}
