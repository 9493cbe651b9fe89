using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(Repository.Read("docs/sweep.schema.json")).GetAwaiter().GetResult();

    private static readonly SweepResult Sample = SweepResult.Of(
        Plan("bops=5%", 8, 8, 91.75),
        [Plan("bops=1%", 2, 4, 85), Plan("size=200B;drop=8", 4, 8, 85), Plan("lambda=0.05", 4, 4, 92)]) with
    {
        Missed = [SweepMiss.Of(Budget.Parse("bops=0.1%"), new(AbsCodes.ImpossibleBudget, "AbsModel 'digits': Budget=\"bops=0.1%\" cannot be met: raise the budget."))],
    };

    private readonly TemporaryFolder _folder = new();

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool A_sweep_reads_back_and_fits_the_published_schema(CompressionPlan plan, CompressionPlan other)
    {
        var sweep = SweepResult.Of(plan, [other]) with { Missed = Sample.Missed };
        var text = SweepJson.Write(sweep);
        var read = SweepJson.Read(text, "sweep.json");
        return read with { Points = sweep.Points, Missed = sweep.Missed } == sweep && read.Points.SequenceEqual(sweep.Points) && read.Missed.SequenceEqual(sweep.Missed) && SweepJson.Write(read) == text && Schema.Validate(text).Count == 0;
    }

    [Fact]
    public void A_budget_that_no_plan_meets_is_named_as_a_point_of_the_sweep() => Assert.Equal(
        new SweepMiss("bops=0.1%", "ABS3001", "AbsModel 'digits': the point \"bops=0.1%\" of Sweep cannot be met: raise the budget. The sweep goes on without this point."),
        Sample.Missed[0]);

    [Fact]
    public void A_point_sums_up_its_plan()
    {
        var point = SweepPoint.Of(SamplePlan.Digits);

        // By multiply-accumulates: conv1 1000 at 8, conv2 2000 at 4, fc 500 at 8; 30 of 32 filters.
        Assert.Equal(new SweepPoint { Budget = "bops=5%", Costs = default(PerCost<double>).With(CostKind.Bops, 0.03125).With(CostKind.Size, 200), Metric = 91.75, WeightBits = 5.7143, ActivationBits = 5.7143, KeptFilters = 0.9375 }, point);
    }

    [Fact]
    public void The_table_has_the_cheapest_first_and_marks_what_is_dominated() => Assert.Equal(
        """
        budget             BOPs    size  top-1  points  weights  activations  filters
        bops=1%           0.80%  0.2 KB  85.00   -7.50  2.0 bit      4.0 bit      94%
        lambda=0.05       1.60%  0.2 KB  92.00   -0.50  4.0 bit      4.0 bit      94%
        size=200B;drop=8  3.20%  0.2 KB  85.00   -7.50  4.0 bit      8.0 bit      94%  dominated
        bops=5%           6.40%  0.2 KB  91.75   -0.75  8.0 bit      8.0 bit      94%  dominated
        """.ReplaceLineEndings("\n"),
        SweepTable.Write(Sample));

    [Fact]
    public void Equal_points_do_not_dominate_each_other()
    {
        var point = Sample.Points[0];

        Assert.False(point.IsDominatedBy(point with { Budget = "lambda=1" }));
        Assert.True(point.IsDominatedBy(point with { Costs = point.Costs.With(CostKind.Size, point.Costs[CostKind.Size] - 1) }));
        Assert.True(point.IsDominatedBy(point with { Metric = point.Metric + 1 }));
        Assert.False(point.IsDominatedBy(point with { Metric = point.Metric + 1, Costs = point.Costs.With(CostKind.Bops, 0.9) }));
    }

    [Fact]
    public void A_file_is_read_as_the_sweep_of_its_search_alone()
    {
        var file = Path.Combine(_folder.Path, "digits.sweep.json");
        SweepFile.Write(file, Sample);

        Assert.Equal(SweepJson.Write(Sample), SweepJson.Write(SweepFile.Read(file, "digits", SamplePlan.Fingerprint)));
        Refused("other", SamplePlan.Fingerprint, "digits.sweep.json: this is the sweep of another search. Delete the file and build again.");
        Refused("digits", new string('0', 64), "digits.sweep.json: this is the sweep of another search.");
        File.WriteAllText(file, new string(' ', SweepFile.MaxLength + 1));
        Refused("digits", SamplePlan.Fingerprint, "digits.sweep.json: the file is too large to be a sweep.");
        File.Delete(file);
        Refused("digits", SamplePlan.Fingerprint, "digits.sweep.json: the file is missing.");

        void Refused(string model, string fingerprint, string message)
        {
            var error = Assert.Throws<AbsException>(() => SweepFile.Read(file, model, fingerprint));
            Assert.Equal(AbsCodes.InvalidPlan, error.Code);
            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion is 2")]
    [InlineData("\"bops=1%\"", "\"bops=1\"", "points[1].budget cannot be read")]
    [InlineData("\"metric\": 85.0", "\"metric\": \"85\"", "points[1].metric is not a number")]
    [InlineData("\"sizeBytes\": 200", "\"sizeBytes\": -1", "points[0].sizeBytes is negative")]
    [InlineData("\"weightBits\": 2.0", "\"weightBits\": 33", "points[1].weightBits is 33, out of range 1 to 32")]
    [InlineData("\"code\": \"ABS3001\"", "\"code\": \"ABS9001\"", "missed[0].code is not that of a budget which cannot be met")]
    [InlineData("\"model\": \"digits\",", "", "model is missing")]
    [InlineData("\"model\": \"digits\",", "\"model\": \"digits\", \"note\": 1,", "note is not a known property")]
    public void What_is_no_sweep_is_refused(string right, string wrong, string message)
    {
        var text = SweepJson.Write(Sample);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => SweepJson.Read(text.Replace(right, wrong, StringComparison.Ordinal), "sweep.json"));

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static CompressionPlan Plan(string budget, int weightBits, int activationBits, double metric)
    {
        var layers = SamplePlan.Digits.Layers.Select(layer => SamplePlan.Layer(layer.Name, layer.Kind, weightBits, activationBits, layer.Filters, layer.KeptFilters.ToString(), layer.Macs, layer.SizeBytes));
        return SamplePlan.Of("digits", [.. layers]) with
        {
            Budget = budget,
            Totals = PlanTotals.Of([.. layers], 3_500_000, 1000),
            Metric = SamplePlan.Digits.Metric with { Compressed = metric },
        };
    }
}
