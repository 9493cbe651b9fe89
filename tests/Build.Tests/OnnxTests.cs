using Build.Tests.Harness;
using Newtonsoft.Json.Linq;

namespace Build.Tests;

/// <summary>The compressed network as ONNX: where nobody says anything, where an item asks for it, and where none is wanted.</summary>
public sealed class OnnxTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Onnx = "-p:TinyOnnx=true";
    private const string Unset = "-p:TinyOnnx=unset";
    private const string Reads = "-p:TinyVariant=READS";
    private const string Reason = @"^AbsModel 'tiny': The network cannot be written as ONNX: \w+ \(TinyNetwork\.forward, TinyNetwork\.cs:\d+\) reads values";
    private const string Written = "abs: tiny: written as ONNX, ";

    [Fact]
    public async Task The_file_is_made_of_the_weights_once_and_goes_along_with_them()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Output, "tiny.onnx");

        var first = (await project.BuildAsync(Onnx)).Succeeded();

        Assert.Contains(Written, first.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: the ONNX file has a top-1 of ", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("train 1/", first.Output, StringComparison.Ordinal);
        var content = await File.ReadAllBytesAsync(file);
        Assert.NotEmpty(content);

        var record = JObject.Parse(await File.ReadAllTextAsync(file + ".json"));
        Assert.Equal((content.Length, false), ((int)record["fileBytes"]!, (bool)record["quantizesSums"]!));
        Assert.InRange((int)record["floatBytes"]!, content.Length, 20 * content.Length);

        // The build that sees that nothing has changed, and one that looks.
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(Onnx)).Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(Onnx, "-p:AbsReportMode=off")).Succeeded().Output, StringComparison.Ordinal);

        var published = Path.Combine(project.Folder, "published");
        (await DotNet.RunAsync(project.Folder, project.Variables, "publish", "-c", "Debug", "-o", published, Onnx)).Succeeded();
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(published, "abs", "tiny.onnx")));

        // The cache has it, as it has the plan. Whoever makes all anew writes the same.
        (await project.BuildAsync("-t:Clean", Onnx)).Succeeded();
        Assert.False(File.Exists(file));
        var again = (await project.BuildAsync(Onnx)).Succeeded();
        Assert.Contains("abs: tiny: plan taken from the cache", again.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: ONNX file taken from the cache", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Written, again.Output, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(file));
        Assert.Equal(record, JObject.Parse(await File.ReadAllTextAsync(file + ".json")));

        (await project.BuildWithoutWorkerAsync()).Succeeded();
        Assert.False(File.Exists(file));
        Assert.True(File.Exists(project.Plan));
    }

    [Fact]
    public async Task A_damaged_file_is_made_anew_where_the_cache_is_damaged_too()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Onnx)).Succeeded();
        foreach (var cached in Directory.GetFiles(Path.Combine(project.Cache, "cas"), "*", SearchOption.AllDirectories))
        {
            await File.AppendAllTextAsync(cached, "x");
        }

        var kept = Assert.Single(Directory.GetFiles(Path.Combine(project.State, "plans"), "tiny.onnx", SearchOption.AllDirectories));
        var content = await File.ReadAllBytesAsync(kept);
        await File.WriteAllBytesAsync(kept, [.. content, 0]);

        var outcome = await project.BuildAsync(Onnx);

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Contains(outcome.Warnings, warning => warning.Code == "ABS5001");

        Assert.Contains(Written, outcome.Output, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(kept));
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(project.Output, "tiny.onnx")));
    }

    [Fact]
    public async Task A_network_that_has_no_such_form_fails_the_build_before_its_search_with_the_line_that_is_why()
    {
        var project = new FixtureProject(feed);
        string[] arguments = [Reads, "-p:AbsSnapshotMode=off"];

        var outcome = await project.BuildAsync([.. arguments, Onnx]);

        Assert.Matches(Reason, outcome.FailedWith("ABS6001").Message);
        Assert.DoesNotContain("train 1/", outcome.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(project.Plan));

        // What was found out once is known.
        Assert.Matches(Reason, (await project.BuildWithoutWorkerAsync([.. arguments, Onnx])).FailedWith("ABS6001").Message);
        (await project.BuildAsync(arguments)).Succeeded();
        Assert.True(File.Exists(project.Plan));
        Assert.Matches(Reason, (await project.BuildWithoutWorkerAsync([.. arguments, Onnx])).FailedWith("ABS6001").Message);
    }

    [Fact]
    public async Task Where_nobody_asks_for_it_a_file_is_written_all_the_same()
    {
        var project = await feed.AcceptedCopyAsync();

        (await project.BuildAsync(Unset)).Succeeded();

        Assert.True(File.Exists(Path.Combine(project.Output, "tiny.onnx")));
        Assert.True(File.Exists(Path.Combine(project.Output, "tiny.onnx.json")));
    }

    [Fact]
    public async Task Where_nobody_asks_for_it_a_network_that_has_no_such_form_is_told_of_in_every_build_and_asked_once()
    {
        var project = new FixtureProject(feed);
        string[] arguments = [Reads, "-p:AbsSnapshotMode=off", Unset];

        Told(await project.BuildAsync(arguments));

        Assert.True(File.Exists(project.Plan));
        Assert.False(File.Exists(Path.Combine(project.Output, "tiny.onnx")));

        // What was written in the last three seconds counts for nothing.
        await Task.Delay(TimeSpan.FromSeconds(4));
        Told(await project.BuildWithoutWorkerAsync(arguments));
        var nothing = await project.BuildWithoutWorkerAsync([.. arguments, "-v:d"]);
        Told(nothing);
        Assert.Contains("abs: nothing has changed since the last build", nothing.Output, StringComparison.Ordinal);

        (await project.BuildWithoutWorkerAsync(Reads, "-p:AbsSnapshotMode=off")).Succeeded();

        static void Told(BuildOutcome outcome)
        {
            Assert.True(outcome.ExitCode == 0, outcome.Output);
            Assert.Matches(Reason, Assert.Single(outcome.Warnings.Where(warning => warning.Code == "ABS6005").Select(warning => warning.Message).Distinct()));
        }
    }

    [Fact]
    public async Task For_an_older_runtime_weights_are_stored_in_more_bits_without_a_search()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Output, "tiny.onnx");
        (await project.BuildAsync(Onnx)).Succeeded();
        var (length, opset) = (new FileInfo(file).Length, Opset());

        var old = (await project.BuildAsync(Onnx, "-p:TinyOpset=17")).Succeeded();

        Assert.DoesNotContain("train 1/", old.Output, StringComparison.Ordinal);
        Assert.Equal(17, Opset());
        Assert.Equal(opset > 17, new FileInfo(file).Length > length);
        Assert.Equal(opset > 17, old.Output.Contains("abs: tiny: OnnxOpset=17 has no type for weights of so few bits: stored in wider ones, they take ", StringComparison.Ordinal));

        int Opset() => (int)JObject.Parse(File.ReadAllText(file + ".json"))["opset"]!;
    }

    [Fact]
    public async Task For_a_target_with_integer_sums_a_network_without_sums_has_the_same_file()
    {
        var project = new FixtureProject(feed);
        string[] arguments = [Onnx, "-p:TinyTarget=onnxruntime-cpu", "-p:AbsSnapshotMode=off"];

        var outcome = (await project.BuildAsync(arguments)).Succeeded();

        Assert.Contains(Written, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("with quantised sums", outcome.Output, StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
    }

    [Fact]
    public async Task No_export_outlives_its_build_and_the_next_build_writes_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var project = await feed.AcceptedCopyAsync();
        var (processFile, gate) = (Path.Combine(project.Folder, "..", "export.process"), Path.Combine(project.Folder, "..", "export.gate"));
        using var build = project.Start(new Dictionary<string, string> { ["TINY_PROCESS_FILE"] = processFile, ["TINY_GATE_FILE"] = gate }, Onnx);
        using var worker = await Hang.WorkerAsync(processFile, build);

        await CancellationTests.SendAsync("INT", build);
        await Hang.EndAsync(worker);

        Assert.Contains("The export for 'tiny' was cancelled", (await build.EndAsync()).FailedWith("ABS3003").Message, StringComparison.Ordinal);
        Assert.Contains(Written, (await project.BuildAsync(Onnx)).Succeeded().Output, StringComparison.Ordinal);
    }
}
