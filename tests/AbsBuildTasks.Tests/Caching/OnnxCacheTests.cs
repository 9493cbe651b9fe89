using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>ONNX files on their way between clones and machines.</summary>
public sealed class OnnxCacheTests : IDisposable
{
    private const string Form = "1.0;opset=25;sums=True;inputs=4";
    private const string Network = "a network";

    private readonly TemporaryFolder _folder = new();
    private readonly CacheServer _server = new();
    private readonly RecordingTask _task = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_one_clone_has_written_another_on_the_machine_takes()
    {
        Store("one");

        Assert.True(Take("one"));

        SearchFiles.AssertEqual(_folder.File("in"), _folder.File("out"));
        Assert.Equal(["abs: digits: ONNX file taken from the cache"], _task.Messages);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void And_another_machine_through_the_remote_cache_which_is_asked_once()
    {
        Store("one");

        Assert.True(Take("two"));
        _server.Requests.Clear();
        Assert.True(Take("two"));

        Assert.Empty(_server.Requests);
        Assert.Equal(["abs: digits: ONNX file taken from the remote cache", "abs: digits: ONNX file taken from the cache"], _task.Messages);
    }

    [Theory]
    [InlineData("other weights", SearchFiles.Fingerprint, Form)]
    [InlineData("weights", "0", Form)]
    [InlineData("weights", SearchFiles.Fingerprint, "1.1;opset=25;sums=True;inputs=4")]
    [InlineData("weights", SearchFiles.Fingerprint, "1.0;opset=17;sums=True;inputs=4")]
    public void Other_weights_another_plan_or_another_form_is_another_file(string weights, string fingerprint, string form)
    {
        Store("one");

        Assert.False(Take("one", weights, fingerprint, form));
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void A_build_that_makes_all_anew_takes_none()
    {
        Store("one");

        Assert.False(Take("one", mayTake: false));
    }

    [Fact]
    public void A_damaged_content_is_told_removed_and_a_miss_and_then_stored_again()
    {
        Store("one", hasServer: false);
        foreach (var content in Directory.GetFiles(_folder.File("one/cas"), "*", SearchOption.AllDirectories))
        {
            File.AppendAllText(content, "x");
        }

        Assert.False(Take("one", hasServer: false));

        Assert.Equal(AbsCodes.CacheEntryCorrupt, Assert.Single(_task.Warnings).Code);
        Assert.Empty(Directory.GetFiles(_folder.File("out")));
        Store("one", hasServer: false);
        Assert.True(Take("one", hasServer: false));
    }

    [Theory]
    [InlineData("{}", "what it says of its ONNX file is not valid")]
    [InlineData(null, "its ONNX file has another length than its record says")]
    public void A_record_that_is_none_or_of_another_file_is_a_miss_here_and_there(string? record, string problem)
    {
        Store("one", record: record ?? OnnxRecordJson.Write(Record(Network.Length + 1)));

        Assert.False(Take("one", hasServer: false));
        Assert.False(Take("two"));

        Assert.Equal([AbsCodes.CacheEntryCorrupt, AbsCodes.RemoteCacheCorrupt], _task.Warnings.Select(warning => warning.Code));
        Assert.All(_task.Warnings, warning => Assert.Contains(problem, warning.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void It_counts_as_a_stage()
    {
        Store("one", hasServer: false);

        Assert.Equal((0, 1), (CacheUsage.Of(_folder.File("one")).Plans, CacheUsage.Of(_folder.File("one")).Stages));
    }

    [Theory]
    [InlineData("digits.onnx")]
    [InlineData("digits.onnx.json")]
    [InlineData("digits.onnx", "digits.onnx.json", "digits.sweep.json")]
    [InlineData("digits.onnx", "other.onnx.json")]
    public void Neither_goes_alone_nor_with_others(params string[] names) => Assert.False(ResultFile.StandAlone(names));

    private static OnnxRecord Record(long bytes) => new()
    {
        FileBytes = bytes,
        FloatBytes = 100,
        Opset = 21,
        MetricName = "top-1",
        Metric = 99,
        NetworkMetric = 99,
        QuantizesSums = false,
        Layers = 4,
        IntegerLayers = 3,
    };

    private void Store(string machine, bool hasServer = true, string? record = null)
    {
        _folder.Write("in/digits.onnx", Network);
        _folder.Write("in/digits.onnx.json", record ?? OnnxRecordJson.Write(Record(Network.Length)));
        Use(machine, hasServer, mayTake: true, cache => cache.Store(SearchFiles.Model, Key("weights", SearchFiles.Fingerprint, Form), _folder.File("in"), CancellationToken.None));
    }

    private bool Take(string machine, string weights = "weights", string fingerprint = SearchFiles.Fingerprint, string form = Form, bool mayTake = true, bool hasServer = true)
    {
        var isTaken = false;
        Directory.CreateDirectory(_folder.File("out"));
        Use(machine, hasServer, mayTake, cache => isTaken = cache.TryTake(SearchFiles.Model, Key(weights, fingerprint, form), _folder.File("out"), CancellationToken.None));
        return isTaken;
    }

    private string Key(string weights, string fingerprint, string form)
    {
        _folder.Write("digits.weights.zip", weights);
        return OnnxCache.KeyOf(fingerprint, _folder.File("digits.weights.zip"), form);
    }

    private void Use(string machine, bool hasServer, bool mayTake, Action<OnnxCache> use)
    {
        var folder = _folder.File(machine);
        using var remote = hasServer ? new RemoteCache(RemoteSettings.Read(_server.Address, "", _ => null)!, RemoteCacheSetup.Quick) : null;
        use(new OnnxCache(new BuildCache(new PlanCache(folder), folder, remote, _task), mayTake));
    }
}
