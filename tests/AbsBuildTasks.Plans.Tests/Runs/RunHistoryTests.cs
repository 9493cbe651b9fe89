using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Tests.Reports;

namespace AbsBuildTasks.Plans.Tests.Runs;

public sealed class RunHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_record_of_a_real_search_tells_of_every_epoch()
    {
        var history = ReportSamples.Digits.History!;

        Assert.Equal(("cpu", "0.107.0"), (history.Device, history.TorchSharp));
        Assert.InRange(history.Seconds!.Value, 1, 1000);
        Assert.Equal(["train", "baseline", "calibrate", "search", "freeze", "fine-tune", "evaluate"], history.Epochs.Select(epoch => epoch.Phase).Distinct());
        Assert.Equal(12, history.Epochs.Count(epoch => epoch.Target is not null));
        Assert.Equal(new RunLayer("conv2", 8, 4, 30), history.Epochs.First(epoch => epoch.Phase == "search").Layers[1]);
    }

    [Fact]
    public void Loss_and_hits_on_the_test_data_come_back_as_they_were_written()
    {
        Assert.Null(RunHistory.Parse("""{"epochs":[]}""", "x").Test);
        foreach (var test in new[] { new RunTest(0.25, [new(0, 3, 2), new(7, 1, 0)]), new(null, [new(1, 2, 2)]), new(1e-5, []), new RunTest(0.5, []) { FullPrecisionLoss = 0.25 } })
        {
            using var text = new StringWriter();
            using (var json = new Newtonsoft.Json.JsonTextWriter(text))
            {
                test.Write(json);
            }

            var read = RunHistory.Parse($$"""{"test":{{text}},"epochs":[]}""", "x").Test!;
            Assert.Equal((test.Loss, test.FullPrecisionLoss), (read.Loss, read.FullPrecisionLoss));
            Assert.Equal(test.Classes, read.Classes);
        }
    }

    [Fact]
    public void No_file_is_no_history() => Assert.Null(RunHistory.Read(_folder.File("none.run.json")));

    [Fact]
    public void What_later_versions_add_is_passed_over_and_what_is_not_measured_may_be_missing()
    {
        var history = RunHistory.Parse("""{"epochs":[{"phase":"later","loss":null,"more":[1]}],"new":{}}""", "x");

        Assert.Equal("later", Assert.Single(history.Epochs).Phase);
        Assert.Null(history.Epochs[0].Loss);
        Assert.Null(history.Seconds);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "epochs is missing")]
    [InlineData("""{"epochs":[1]}""", "epochs is not a list of objects")]
    [InlineData("""{"epochs":[{}]}""", "epochs[0].phase is missing")]
    [InlineData("""{"epochs":[{"phase":1}]}""", "epochs[0].phase is not a text")]
    [InlineData("""{"epochs":[{"phase":"a","loss":"1"}]}""", "epochs[0].loss is not a number")]
    [InlineData("""{"epochs":[{"phase":"a","loss":NaN}]}""", "epochs[0].loss is not a finite number")]
    [InlineData("""{"epochs":[{"phase":"a","loss":1e31}]}""", "epochs[0].loss is out of range")]
    [InlineData("""{"epochs":[{"phase":"a","layers":[{"name":"l","weightBits":0,"activationBits":8,"keptFilters":1}]}]}""", "epochs[0].layers[0].weightBits is 0, out of range 1 to 32")]
    [InlineData("""{"epochs":[{"phase":"a","layers":[{"name":"l","weightBits":8,"activationBits":8,"keptFilters":-1}]}]}""", "epochs[0].layers[0].keptFilters is -1")]
    [InlineData("""{"epochs":[],"test":{"loss":"1"}}""", "test.loss is not a number")]
    [InlineData("""{"epochs":[],"test":{"fullPrecisionLoss":"1"}}""", "test.fullPrecisionLoss is not a number")]
    [InlineData("""{"epochs":[],"test":{"classes":[{"class":-1,"examples":1,"hits":1}]}}""", "test.classes[0].class is -1")]
    [InlineData("""{"epochs":[],"test":{"classes":[{"class":1,"examples":1,"hits":2}]}}""", "test.classes[0].hits is 2, out of range 0 to 1")]
    public void What_is_no_record_is_refused(string text, string problem) => AssertRefused(_folder.Write("a.run.json", text), problem);

    [Fact]
    public void A_file_too_large_is_not_even_read()
    {
        using (var stream = File.Create(_folder.File("a.run.json")))
        {
            stream.SetLength(RunHistory.MaxLength + 1L);
        }

        AssertRefused(_folder.File("a.run.json"), "the file is too large");
    }

    private static void AssertRefused(string file, string problem)
    {
        var error = Assert.Throws<AbsException>(() => RunHistory.Read(file));

        Assert.Equal(AbsCodes.InvalidRunRecord, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }
}
