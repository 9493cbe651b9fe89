using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class SnapshotTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Smaller = "-p:TinyBudget=bops=2%";

    [Fact]
    public async Task A_changed_decision_fails_every_build_until_it_is_accepted()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project, bits => bits / 2);
        var plans = project.Plans();
        var line = LineOf(project.Verified, "second", "weightBits");

        for (var build = 0; build < 2; build++)
        {
            var error = (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4001");
            Assert.Contains("layer second: weightBits", error.Message, StringComparison.Ordinal);
            Assert.Contains("-t:AbsAcceptPlans", error.Message, StringComparison.Ordinal);
            Assert.Equal((project.Verified, line), (error.File, error.Line));
            Assert.True(File.Exists(project.Received));

            // But for its page, which says that the plan is refused now.
            Assert.All(project.Plans().Except(plans).Concat(plans.Except(project.Plans())), changed => Assert.Contains(Path.GetFileName(changed.Key), new[] { "tiny.plan.html", "tiny.plan.md" }));
        }

        (await project.BuildAsync("-t:AbsAcceptPlans")).Succeeded();
        (await project.BuildWithoutWorkerAsync()).Succeeded();
        Assert.False(File.Exists(project.Received));
    }

    [Fact]
    public async Task A_refused_plan_does_not_get_into_the_output_folder()
    {
        var project = await feed.AcceptedCopyAsync();
        var output = FilesIn(project.Output);

        var outcome = await project.BuildAsync(Smaller);

        outcome.FailedWith("ABS4001");
        Assert.Contains("abs: tiny: searching again, because setting:Budget changed from bops=3% to bops=2%", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(output, FilesIn(project.Output));

        (await project.BuildWithoutWorkerAsync(Smaller, "-p:AbsSnapshotMode=off")).Succeeded();
        Assert.Equal(output.Keys, FilesIn(project.Output).Keys);
        Assert.NotEqual(output, FilesIn(project.Output));
    }

    [Fact]
    public async Task Clean_after_a_refused_plan_removes_both()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Smaller)).FailedWith("ABS4001");

        (await project.BuildAsync("-t:Clean")).Succeeded();

        Assert.Equal(["tiny.inputs.verified.json", "tiny.plan.verified.json"], project.Plans().Keys.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_improvement_passes_where_only_regressions_fail()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project, bits => bits + 1);

        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotPolicy=no-regression")).Succeeded();

        (await project.BuildAsync("-t:AbsAcceptPlans")).Succeeded();
    }

    [Fact]
    public async Task Accept_mode_takes_the_plan_as_the_snapshot()
    {
        var project = await feed.AcceptedCopyAsync();
        var snapshot = await File.ReadAllBytesAsync(project.Verified);
        ChangeSnapshot(project, bits => bits + 1);

        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=accept")).Succeeded();

        Assert.Equal(snapshot, await File.ReadAllBytesAsync(project.Verified));
    }

    [Fact]
    public async Task A_snapshot_that_is_no_plan_is_an_error_and_stays()
    {
        var project = await feed.AcceptedCopyAsync();
        var snapshot = await File.ReadAllBytesAsync(project.Verified);
        await File.WriteAllTextAsync(project.Verified, "<<<<<<< HEAD");

        var error = (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4003");

        Assert.Equal((project.Verified, 1), (error.File, error.Line));
        Assert.Equal("<<<<<<< HEAD", await File.ReadAllTextAsync(project.Verified));
        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans")).Succeeded();
        Assert.Equal(snapshot, await File.ReadAllBytesAsync(project.Verified));
    }

    [Fact]
    public async Task A_snapshot_edited_by_hand_is_an_error_at_the_edit()
    {
        var project = await feed.AcceptedCopyAsync();
        var text = await File.ReadAllTextAsync(project.Verified);
        await File.WriteAllTextAsync(project.Verified, text.Replace("\"schemaVersion\": 1", "\"schemaVersion\": 9", StringComparison.Ordinal));

        var newer = (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4003");
        Assert.Equal((project.Verified, 2), (newer.File, newer.Line));
        Assert.Contains("Update the AbsBuildTasks package", newer.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(project.Verified, text.Replace("\"weightBits\": ", "\"weightBits\": 1", StringComparison.Ordinal));
        var edited = (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4003");
        Assert.Equal(project.Verified, edited.File);
        Assert.StartsWith("layers[0].", edited.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comparing_prints_the_changes_and_writes_no_file()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project, bits => bits / 2);

        var outcome = await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=compare");

        var error = outcome.FailedWith("ABS4001");
        Assert.Equal((project.Verified, LineOf(project.Verified, "second", "weightBits")), (error.File, error.Line));
        Assert.Contains("weights ", outcome.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(project.Received));
    }

    [Fact]
    public async Task The_command_that_accepts_is_exact()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project, bits => bits / 2);

        var here = (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4001");
        Assert.Contains("accept it with: dotnet build Tiny.csproj -t:AbsAcceptPlans. ", here.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_plan_of_the_project_as_it_is_can_be_accepted()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project, bits => bits / 2);
        (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4001");
        var snapshot = await File.ReadAllBytesAsync(project.Verified);

        var setting = (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans", Smaller)).FailedWith("ABS4010");
        Assert.Contains("setting:Budget changed from bops=3% to bops=2%", setting.Message, StringComparison.Ordinal);

        var source = Path.Combine(project.Folder, "TinyNetwork.cs");
        var code = await File.ReadAllTextAsync(source);
        await File.WriteAllTextAsync(source, code.Replace(".relu()", ".relu6()", StringComparison.Ordinal).Replace("functional.relu(", "functional.relu6(", StringComparison.Ordinal));
        var changed = (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans")).FailedWith("ABS4010");
        Assert.Contains("code:", changed.Message, StringComparison.Ordinal);
        Assert.Equal(snapshot, await File.ReadAllBytesAsync(project.Verified));

        await File.WriteAllTextAsync(source, code + "\n// A comment changes nothing.\n");
        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans")).Succeeded();
        (await project.BuildWithoutWorkerAsync()).Succeeded();
    }

    [Fact]
    public async Task Each_of_several_models_is_named_and_can_be_accepted_alone()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("</Project>", """
              <ItemGroup>
                <AbsModel Include="other" Onnx="false" Budget="bops=4%" DataFiles="data/*.csv" BatchSize="64" TrainEpochs="1" SearchEpochs="1" FineTuneEpochs="1" />
              </ItemGroup>
            </Project>
            """, StringComparison.Ordinal));
        ChangeSnapshot(project, bits => bits / 2);
        var snapshot = await File.ReadAllBytesAsync(project.Verified);

        var outcome = await project.BuildAsync();
        Assert.Equal(["ABS4001", "ABS4002"], outcome.Errors.Select(error => error.Code).Order());
        Assert.Contains(outcome.Errors, error => error.Message.StartsWith("Plan 'tiny' differs", StringComparison.Ordinal));
        Assert.Contains(outcome.Errors, error => error.Message.StartsWith("Plan 'other' has no snapshot", StringComparison.Ordinal));

        var unknown = (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans", "-p:AbsAccept=another")).FailedWith("ABS1005");
        Assert.Contains("tiny, other", unknown.Message, StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans", "-p:AbsAccept=other")).Succeeded();
        Assert.Equal(snapshot, await File.ReadAllBytesAsync(project.Verified));
        (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4001");

        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans", "-p:AbsAccept=other%3B tiny")).Succeeded();
        (await project.BuildWithoutWorkerAsync()).Succeeded();
    }

    [Fact]
    public async Task A_reason_is_written_beside_the_snapshot_and_warned_of_when_its_days_are_over()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = AcceptanceFile.PathOf(project.Verified);

        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans", "-p:AbsAcceptUntil=2999-01-31")).FailedWith("ABS1005");
        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans", "-p:AbsAcceptReason=late", "-p:AbsAcceptUntil=2026-01-31")).FailedWith("ABS1005");
        Assert.False(File.Exists(file));

        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans", "-p:AbsAcceptReason=50%25%3B a new camera", "-p:AbsAcceptBy=Ada", "-p:AbsAcceptUntil=2999-01-31")).Succeeded();
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("\"reason\": \"50%; a new camera\"", text, StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync("-p:AbsReportMode=all")).Succeeded();

        // Accepted again without a reason, the one there is stays.
        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans")).Succeeded();
        Assert.Equal(text, await File.ReadAllTextAsync(file));

        await File.WriteAllTextAsync(file, text.Replace("2999", "2020", StringComparison.Ordinal));
        var warned = await project.BuildWithoutWorkerAsync("-p:AbsReportMode=off");
        Assert.Equal(0, warned.ExitCode);
        Assert.Contains(warned.Warnings, warning => warning.Code == "ABS4016" && warning.Message.Contains("until 2020-01-31 (50%; a new camera)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Snapshots_of_no_model_are_told_and_stay()
    {
        var project = await feed.AcceptedCopyAsync();
        var orphan = Path.Combine(Path.GetDirectoryName(project.Verified)!, "letters.plan.verified.json");
        File.Copy(project.Verified, orphan);

        var outcome = await project.BuildWithoutWorkerAsync();
        Assert.Equal(0, outcome.ExitCode);
        var warning = Assert.Single(outcome.Warnings);
        Assert.Equal(("ABS4009", orphan), (warning.Code, warning.File));
        Assert.Contains("'letters'", warning.Message, StringComparison.Ordinal);

        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("<AbsModel ", "<None ", StringComparison.Ordinal));
        var without = await project.BuildWithoutWorkerAsync();
        Assert.Equal(0, without.ExitCode);
        Assert.Equal(["ABS4009", "ABS4009"], without.Warnings.Select(each => each.Code));
        Assert.True(File.Exists(orphan) && File.Exists(project.Verified));
    }

    [Fact]
    public async Task Nothing_to_accept_is_an_error() =>
        (await new FixtureProject(feed).BuildAsync("-t:AbsAcceptPlans")).FailedWith("ABS4004");

    private static SortedDictionary<string, string> FilesIn(string folder) => new(
        Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);

    private static void ChangeSnapshot(FixtureProject project, Func<int, int> bits)
    {
        var plan = PlanFile.Read(project.Verified).Plan;
        LayerPlan[] layers = [.. plan.Layers.Select(layer => layer.Name == "second" ? WithBits(layer, bits(layer.WeightBits)) : layer)];
        PlanFile.Write(
            project.Verified,
            plan with { Layers = layers, Totals = PlanTotals.Of(layers, plan.Totals.FullPrecisionBops, plan.Totals.FullPrecisionSizeBytes) },
            byteOrderMark: true);
    }

    private static LayerPlan WithBits(LayerPlan layer, int bits) =>
        layer with { WeightBits = bits, Bops = layer.Macs * bits * layer.ActivationBits };

    private static int LineOf(string file, string layer, string property)
    {
        var lines = File.ReadAllLines(file);
        var start = Array.FindIndex(lines, line => line.Contains($"\"name\": \"{layer}\"", StringComparison.Ordinal));
        return Array.FindIndex(lines, start, line => line.Contains($"\"{property}\"", StringComparison.Ordinal)) + 1;
    }
}
