using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>The compressed network as ONNX, where the item asks for it.</summary>
public sealed class OnnxTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Onnx = "-p:TinyOnnx=true";
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

        // The build that sees that nothing has changed, and one that looks.
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(Onnx)).Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(Onnx, "-p:AbsReportMode=off")).Succeeded().Output, StringComparison.Ordinal);

        var published = Path.Combine(project.Folder, "published");
        (await DotNet.RunAsync(project.Folder, project.Variables, "publish", "-c", "Debug", "-o", published, Onnx)).Succeeded();
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(published, "abs", "tiny.onnx")));

        // No cache has it: it takes seconds, and comes out the same.
        (await project.BuildAsync("-t:Clean", Onnx)).Succeeded();
        Assert.False(File.Exists(file));
        var again = (await project.BuildAsync(Onnx)).Succeeded();
        Assert.Contains("abs: tiny: plan taken from the cache", again.Output, StringComparison.Ordinal);
        Assert.Contains(Written, again.Output, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(file));

        (await project.BuildWithoutWorkerAsync()).Succeeded();
        Assert.False(File.Exists(file));
        Assert.True(File.Exists(project.Plan));
    }

    [Fact]
    public async Task A_damaged_file_is_made_anew()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Onnx)).Succeeded();
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(project.State, "plans"), "tiny.onnx", SearchOption.AllDirectories));
        var content = await File.ReadAllBytesAsync(kept);
        await File.WriteAllBytesAsync(kept, [.. content, 0]);

        var outcome = (await project.BuildAsync(Onnx)).Succeeded();

        Assert.Contains(Written, outcome.Output, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(kept));
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(project.Output, "tiny.onnx")));
    }

    [Fact]
    public async Task A_network_that_has_no_such_form_fails_the_build_with_the_line_that_is_why()
    {
        var project = new FixtureProject(feed);
        string[] arguments = ["-p:TinyVariant=READS", "-p:AbsSnapshotMode=off"];

        var error = (await project.BuildAsync([.. arguments, Onnx])).FailedWith("ABS6001");

        Assert.Matches(@"^AbsModel 'tiny': The network cannot be written as ONNX: \w+ \(TinyNetwork\.forward, TinyNetwork\.cs:\d+\) reads values", error.Message);
        Assert.False(File.Exists(project.Plan));

        // The search was not in vain.
        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
        Assert.True(File.Exists(project.Plan));
    }

    [Fact]
    public async Task Another_word_than_true_or_false_is_refused_before_a_search()
    {
        var project = new FixtureProject(feed);

        var error = (await project.BuildWithoutWorkerAsync("-p:TinyOnnx=yes")).FailedWith("ABS1005");

        Assert.Contains("Onnx=\"yes\"", error.Message, StringComparison.Ordinal);
    }
}
