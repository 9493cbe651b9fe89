using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Plans.Tests.Latency;

public class FileTimingTests
{
    private static readonly FileTiming Timing = new() { Machine = "A processor", Runtime = "Microsoft.ML.OnnxRuntime 1.31.1", Threads = 1, Batch = 1, Nanoseconds = 12_400, FloatNanoseconds = 10_200 };

    [Fact]
    public void Times_read_back_from_their_file()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "digits.timing.json");
        FileTimingJson.WriteFile(path, Timing);

        Assert.Equal(Timing, FileTimingJson.TryReadFile(path));
        Assert.Null(FileTimingJson.TryReadFile(path + ".other"));
    }

    [Theory]
    [InlineData("\"nanoseconds\": 12400", "\"nanoseconds\": 0")]
    [InlineData("\"threads\": 1", "\"threads\": \"one\"")]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2")]
    [InlineData("{", "")]
    public void What_says_nothing_of_times_is_none(string right, string wrong)
    {
        var text = FileTimingJson.Write(Timing);
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.Null(FileTimingJson.TryRead(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_499, false)]
    [InlineData(10_501, true)]
    public void A_file_is_slower_beyond_what_chance_does(long nanoseconds, bool isSlower) =>
        Assert.Equal(isSlower, (Timing with { Nanoseconds = nanoseconds, FloatNanoseconds = 10_000 }).IsSlower);

    [Fact]
    public void A_request_reads_back()
    {
        var request = new TimingRequest { Version = TimingRequest.CurrentVersion, File = "/a.onnx", FloatFile = "/b.onnx", OutputFile = "/c.json" };

        Assert.Equal(request, TimingRequestJson.Read(TimingRequestJson.Write(request)));
    }
}
