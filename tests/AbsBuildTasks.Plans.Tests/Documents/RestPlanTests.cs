using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Documents;

/// <summary>What a search leaves alone is counted at 32 bits wherever a plan is shown.</summary>
public class RestPlanTests
{
    private static readonly CompressionPlan Alone = SamplePlan.Digits with { Budget = "bops=50%" };

    private static readonly CompressionPlan Plan = SamplePlan.WithRest;

    [Fact]
    public void A_parameter_takes_4_bytes_and_a_product_1024_bit_operations()
    {
        Assert.Equal((1280, 0), (Plan.Rest[0].SizeBytes, Plan.Rest[0].Bops));
        Assert.Equal((0, 512 * 32 * 32), (Plan.Rest[1].SizeBytes, Plan.Rest[1].Bops));
        Assert.Equal(Alone.Totals.Macs + 512, Plan.Totals.Macs);
        Assert.Equal((Alone.Totals.Bops + 524_288, Alone.Totals.SizeBytes + 1280), (Plan.Totals.Bops, Plan.Totals.SizeBytes));
        Assert.Equal((Alone.Totals.FullPrecisionBops + 524_288, Alone.Totals.FullPrecisionSizeBytes + 1280), (Plan.Totals.FullPrecisionBops, Plan.Totals.FullPrecisionSizeBytes));
    }

    [Fact]
    public void It_stands_behind_the_layers_in_a_plan_of_version_2()
    {
        var text = PlanJson.Write(Plan);

        Assert.StartsWith("{\n  \"schemaVersion\": 2,", text, StringComparison.Ordinal);
        Assert.EndsWith(
            """
              ],
              "rest": [
                {
                  "name": "words",
                  "kind": "Embedding",
                  "parameters": 320,
                  "macs": 0,
                  "bops": 0,
                  "sizeBytes": 1280
                },
                {
                  "name": "dots",
                  "kind": "matmul",
                  "parameters": 0,
                  "macs": 512,
                  "bops": 524288,
                  "sizeBytes": 0
                }
              ]
            }
            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal);
        Assert.Equal(Plan, PlanJson.Read(text, "plan"));
        Assert.StartsWith("{\n  \"schemaVersion\": 1,", PlanJson.Write(Alone), StringComparison.Ordinal);
        Assert.DoesNotContain("\"rest\"", PlanJson.Write(Alone), StringComparison.Ordinal);
        Assert.NotEqual(Alone, Plan);
    }

    [Theory]
    [InlineData("\"schemaVersion\": 2", "\"schemaVersion\": 1", "schemaVersion is 1; a plan with \"rest\", \"furtherMetrics\" or \"lowerIsBetter\" is of version 2")]
    [InlineData("\"sizeBytes\": 1280", "\"sizeBytes\": 1281", "sizeBytes is 1281, but at 32 bits it is 1280")]
    [InlineData("\"bops\": 524288", "\"bops\": 524289", "bops is 524289, but at 32 bits it is 524288")]
    [InlineData("\"name\": \"dots\"", "\"name\": \"words\"", "rest[1].name is the name of a layer or of an earlier part")]
    [InlineData("\"name\": \"dots\"", "\"name\": \"fc\"", "rest[1].name is the name of a layer or of an earlier part")]
    [InlineData("\"kind\": \"matmul\"", "\"kind\": \"\"", "rest[1].kind is empty")]
    [InlineData("\"parameters\": 320,", "\"parameters\": 320, \"signed\": 8,", "signed is not a known property")]
    [InlineData("\"macs\": 512,", "\"macs\": 512, \"bits\": 8,", "bops is 524288, but at 8 bits it is 32768")]
    [InlineData("\"macs\": 512,", "\"macs\": 512, \"bits\": 32,", "bits is 32")]
    [InlineData("\"macs\": 512,", "\"macs\": 512, \"bits\": 0,", "bits is 0")]
    [InlineData("\"parameters\": 320,", "\"parameters\": 320, \"bits\": 8,", "rest[0].bits speaks of products, of which macs says that there are none")]
    public void What_contradicts_itself_is_refused(string right, string wrong, string message)
    {
        var text = PlanJson.Write(Plan);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => PlanJson.Read(text.Replace(right, wrong, StringComparison.Ordinal), "plan.json"));
        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 5, "rest[0].parameters is negative")]
    [InlineData(5, -1, "rest[0].macs is negative")]
    [InlineData(0, 0, "rest[0].parameters is 0, as is macs")]
    [InlineData(4, 4, "totals.macs is 3500, but the sum of layers and rest is 3504")]
    [InlineData(long.MaxValue, 4, "do not fit 64 bits")]
    public void A_plan_that_cannot_be_is_not_written(long parameters, long macs, string message)
    {
        var plan = Alone with { Rest = [new() { Name = "words", Kind = "Embedding", Parameters = parameters, Macs = macs }] };

        Assert.Contains(message, Assert.Throws<AbsException>(() => PlanJson.Write(plan)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_for_which_it_leaves_no_room_is_kept_by_the_layers_alone_and_reports_say_so()
    {
        var (rest, full) = (Plan.Rest.Sum(part => part.SizeBytes), Plan.Totals.FullPrecisionSizeBytes);
        var share = (double)(Plan.Totals.SizeBytes - rest) / (full - rest);
        var kept = Plan with { Budget = FormattableString.Invariant($"size={Math.Ceiling(share * 1e4) / 100}%") };
        var passed = Plan with { Budget = FormattableString.Invariant($"size={(Math.Floor(share * 1e4) / 100) - 1}%") };
        Assert.True(kept.Totals.Relative(CostKind.Size) > share + 0.01);

        Assert.Equal(kept, PlanJson.Read(PlanJson.Write(kept), "plan"));
        Assert.Contains("the plan is larger than its budget allows", Assert.Throws<AbsException>(() => PlanJson.Write(passed)).Message, StringComparison.Ordinal);
        Assert.All(
            [ReportText.Write(PlanReport.Of(kept)), PlanTable.Write(kept), HtmlReport.Render(new ReportContent { Plan = kept })],
            text => Assert.Contains(kept.Budget + ", kept by the layers alone", text, StringComparison.Ordinal));
        Assert.All(
            [ReportText.Write(PlanReport.Of(Plan)), PlanTable.Write(Plan), HtmlReport.Render(new ReportContent { Plan = Plan })],
            text => Assert.DoesNotContain("kept by the layers", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Reports_list_it()
    {
        var text = ReportText.Write(PlanReport.Of(Plan));

        Assert.Contains("left alone, at 32 bits", text, StringComparison.Ordinal);
        Assert.Matches(@"words +Embedding +320 +0 +0 +1,280", text);
        Assert.Matches(@"dots +matmul +0 +512 +524,288 +0", text);
        Assert.Matches(@"left alone +2 parts +32 bit +32 bit +- +[0-9.]+%", PlanTable.Write(Plan));
        Assert.Contains("Left alone: at 32 bits, and counted", HtmlReport.Render(new ReportContent { Plan = Plan }), StringComparison.Ordinal);
        Assert.DoesNotContain("eft alone", ReportText.Write(PlanReport.Of(Alone)) + PlanTable.Write(Alone) + HtmlReport.Render(new ReportContent { Plan = Alone }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_product_on_integers_takes_64_bit_operations_and_1024_in_full_precision()
    {
        var integers = Alone.Leaving(Plan.Rest[0], Plan.Rest[1] with { Bits = 8 });
        var text = PlanJson.Write(integers);

        Assert.Equal((512 * 8 * 8, 0), (integers.Rest[1].Bops, integers.Rest[1].SizeBytes));
        Assert.Equal(Alone.Totals.Bops + (512 * 64), integers.Totals.Bops);
        Assert.Equal(Alone.Totals.FullPrecisionBops + (512 * 1024), integers.Totals.FullPrecisionBops);
        Assert.Contains("\"macs\": 512,\n      \"bits\": 8,\n      \"bops\": 32768,", text, StringComparison.Ordinal);
        Assert.Equal(integers, PlanJson.Read(text, "plan"));
        Assert.Matches(@"dots +matmul +0 +512 +8 +32,768 +0", ReportText.Write(PlanReport.Of(integers)));
        Assert.Matches(@"left alone +2 parts +8-32 bit +8-32 bit +- +[0-9.]+%", PlanTable.Write(integers));
        Assert.Contains("Their bits", HtmlReport.Render(new ReportContent { Plan = integers }), StringComparison.Ordinal);
        Assert.Equal("bits", Assert.Single(Compare(Plan, integers, SnapshotPolicy.Exact), violation => violation.Layer == "dots").Property);
        Assert.DoesNotContain(Compare(Plan, integers, SnapshotPolicy.NoRegression), violation => violation.Property == "bits");
        Assert.Contains(PlanDiff.Between(Plan, integers).Changes, change => change.After.EndsWith("dots (matmul, 512 MACs at 8 bits)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_share_of_the_layers_alone_does_not_count_what_integers_save_beside_them()
    {
        // 3 % of 1,000 - 160 on top of 10, where the rest would cost 160 in full precision.
        Assert.Equal(new CostLimit(Amount: 10 + 25), new CostLimit(0.03).Beside(10, 160, 1000));
    }

    [Fact]
    public void A_diff_says_what_is_left_alone_now()
    {
        var changes = PlanDiff.Between(Alone, Plan).Changes;

        Assert.Equal(
            [("rest", "nothing", "words (Embedding, 320 parameters), dots (matmul, 512 MACs)"), ("rest.parameters", "0", "320"), ("rest.macs", "0", "512")],
            changes.Where(change => change.Property.StartsWith("rest", StringComparison.Ordinal)).Select(change => (change.Property, change.Before, change.After)));
        Assert.True(PlanDiff.Between(Plan, Plan).IsEmpty);
        Assert.Contains("parameters left alone", ReportText.Write(DiffReport.Of(new ModelDiff(Alone, Plan))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SnapshotPolicy.Exact)]
    [InlineData(SnapshotPolicy.NoRegression)]
    public void A_snapshot_that_does_not_count_it_is_told_why_totals_rise(SnapshotPolicy policy)
    {
        var violations = Compare(Alone, Plan, policy);

        Assert.Equal("rest", violations[0].Property);
        Assert.Contains("words (Embedding, 320 parameters), dots (matmul, 512 MACs), which those of the snapshot do not: it is new, or an older version made the snapshot", violations[0].Message, StringComparison.Ordinal);
        Assert.Contains(violations, violation => violation.Property == "totals.bops");
    }

    [Theory]
    [InlineData("gone", 0, 0, "name", "name")]
    [InlineData("another", 320, 0, "name", "name")]
    [InlineData("words", 319, 0, "parameters", null)]
    [InlineData("words", 320, 4, "macs", "totals.bops")]
    public void Another_rest_breaks_a_snapshot(string name, long parameters, long macs, string exact, string? noRegression)
    {
        var other = Alone.Leaving([.. name == "gone" ? [] : new[] { new RestPlan { Name = name, Kind = "Embedding", Parameters = parameters, Macs = macs } }, Plan.Rest[1]]);

        Assert.Equal(exact, Compare(Plan, other, SnapshotPolicy.Exact)[0].Property);
        Assert.Equal(noRegression, Compare(Plan, other, SnapshotPolicy.NoRegression) is [var first, ..] ? first.Property : null);
    }

    [Fact]
    public void So_does_another_order_where_it_is_exact()
    {
        var other = Alone.Leaving([.. Plan.Rest.Reverse()]);

        Assert.Equal("rest words, dots -> dots, words", Assert.Single(Compare(Plan, other, SnapshotPolicy.Exact)).Message);
        Assert.Empty(Compare(Plan, other, SnapshotPolicy.NoRegression));
    }

    [Fact]
    public void A_part_has_its_place_in_a_snapshot()
    {
        var source = PlanSource.Read(PlanJson.Write(Plan), "plan");
        var lines = PlanJson.Write(Plan).Split('\n');

        Assert.Contains("\"parameters\": 320", lines[source.Find("words", "parameters").Line - 1], StringComparison.Ordinal);
        Assert.Contains("\"rest\"", lines[source.Find(null, "rest").Line - 1], StringComparison.Ordinal);
    }

    [Fact]
    public void No_time_is_measured_of_it() => Assert.Equal(0, Plan.Rest[1].Costs[CostKind.Latency]);

    private static IReadOnlyList<SnapshotViolation> Compare(CompressionPlan verified, CompressionPlan received, SnapshotPolicy policy) =>
        SnapshotComparer.Compare(verified, received, policy, SnapshotTolerances.None);
}
