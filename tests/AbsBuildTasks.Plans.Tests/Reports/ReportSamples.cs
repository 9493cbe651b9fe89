using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports;

/// <summary>Contents of reports: a real one, a large one whose names are hard to bear, and the smallest.</summary>
internal static class ReportSamples
{
    private const string DigitsFolder = "tests/AbsBuildTasks.Plans.Tests/Reports/Digits/";

    /// <summary>A real search of samples/Digits, without anything to compare with.</summary>
    public static ReportContent Digits { get; } = new()
    {
        Plan = PlanFile.Read(Repository.PathOf(DigitsFolder + "digits.plan.json")).Plan,
        History = RunHistory.Read(Repository.PathOf(DigitsFolder + "digits.run.json")),
    };

    /// <summary>The same with a snapshot that differs, and among the plans of a sweep.</summary>
    public static ReportContent DigitsWithAll { get; } = Digits with
    {
        Snapshot = (Digits.Plan with { Metric = Digits.Plan.Metric with { Compressed = 98.8889 } })
            .With("conv2", layer => layer with { WeightBits = 4, KeptFilters = FilterRanges.All(20) }),
        Sweep = SweepResult.Of(Digits.Plan, [Other(0.01, 97.5), Other(0.015, 99.1667), Other(0.02, 98.6), Other(0.05, 99.7222)]),
    };

    /// <summary>60 layers, most of them in blocks, of which some changed.</summary>
    public static ReportContent Blocks { get; } = BlocksOf();

    /// <summary>Twelve budgets of one model, of which most lie close together.</summary>
    public static SweepResult Crowded { get; } = SweepResult.Of(Digits.Plan, [.. Enumerable.Range(0, 11).Select(index => Other(0.02 + (index * 0.0007), 98.9 + (0.05 * (index % 4))))]);

    /// <summary>One layer, nothing else known.</summary>
    public static ReportContent Tiny { get; } = new() { Plan = SamplePlan.Of("tiny", SamplePlan.Layer("fc", "Linear", 8, 8, 1, "0", 10, 1)) };

    /// <summary>300 layers of up to 5,000 filters with the names that <see cref="HardNames"/> lists, and a search of 100 epochs.</summary>
    public static ReportContent Large { get; } = LargeOf(HardNames);

    /// <summary>Names of any characters and of 5,000 of them.</summary>
    public static string[] HardNames =>
    [
        "<script>alert(1)</script>", "a\"b'c&d", "x\r\ny\0z\t", "\u202eevil\u202c", "שלום.עולם.רשת.עמוקה", new string('層', 20), "😀😀😀😀😀😀😀😀😀😀😀😀",
        new string('w', 5000), "]]>", "\ufffe\uffff", "﷽﷽﷽﷽﷽﷽", "<!-- -->", "&lt;b&gt;", "e\u0301\u0301\u0301", "</title></svg>",
    ];

    /// <summary>The large content with names of one's own.</summary>
    public static ReportContent LargeOf(string[] names)
    {
        var random = new Random(1);
        LayerPlan[] layers = [.. Enumerable.Range(0, 300).Select(index => LargeLayer(index, names, random))];
        var plan = SamplePlan.Of(names[0], layers) with
        {
            Budget = "bops=100%",
            Totals = PlanTotals.Of(layers, 1L << 50, 1L << 40),
            Metric = new() { Name = names[4], FullPrecision = 76.5, Compressed = -1.25 },
        };
        RunEpoch[] epochs = [.. Enumerable.Range(1, 100).Select(epoch => new RunEpoch
        {
            Phase = epoch <= 90 ? names[5] : names[2],
            Loss = 3.0 / epoch,
            Metric = epoch,
            RelativeBops = 0.2 / epoch,
            Target = 0.1,
            Layers = [.. layers.Select((layer, index) => new RunLayer(layer.Name, index % 5 == 0 && epoch % 3 == 0 ? 4 : 8, 8, layer.KeptFilters.Count))],
        })];
        return new() { Plan = plan, History = new() { Device = names[0], Epochs = epochs }, Snapshot = plan.WithLayers([.. layers.Skip(1)]), Sweep = SweepResult.Of(plan, [plan with { Budget = "bops=50%" }]) };
    }

    private static ReportContent BlocksOf()
    {
        string[] names = ["stem.conv", .. Enumerable.Range(0, 14).SelectMany(block => new[] { "expand", "depthwise", "squeeze", "project" }.Select(part => string.Create(CultureInfo.InvariantCulture, $"features.blocks.{block}.{part}"))), "head.conv", "head.hidden", "classifier"];
        LayerPlan[] layers = [.. names.Select((name, index) => SamplePlan.Layer(name, name == "classifier" ? "Linear" : "Conv2d", 2 << (index % 3), 4 << (index % 2), 64, index % 4 == 1 ? "0-47,50-59" : "0-63", 2_000_000 + (index * 37_000), 5000 + (index * 10)))];
        var plan = SamplePlan.Of("mobile", layers);
        plan = plan with { Totals = PlanTotals.Of(layers, plan.Totals.Bops * 30, plan.Totals.SizeBytes * 6), Metric = new() { Name = "top-1", FullPrecision = 76.5, Compressed = 75.25, Examples = 10_000, Noise = 0.8 } };
        var before = plan
            .With(layers[6].Name, layer => layer with { WeightBits = 8 })
            .With(layers[21].Name, layer => layer with { ActivationBits = 4, KeptFilters = FilterRanges.Parse("0-63") })
            .With("classifier", layer => layer with { WeightBits = 2 });
        return new() { Plan = plan, History = new() { Epochs = [new() { Phase = "freeze", Steps = [.. layers.SelectMany(StepsOf)] }] }, Snapshot = before with { Metric = plan.Metric with { Compressed = 75.5 } } };

        IEnumerable<RunStep> StepsOf(LayerPlan layer, int index) =>
        [
            new(layer.Name, 0, layer.WeightBits / 2, layer.ActivationBits, layer.KeptFilters.Count, 0.004 * ((index % 5) - 1), 0.003, -layer.Bops / 2),
            new(layer.Name, index % 4 == 1 ? 1 : 0, layer.WeightBits, layer.ActivationBits, layer.KeptFilters.Count - 4, 0.03, 0.003, -layer.Bops / 16),
            new(layer.Name, 0, layer.WeightBits * 2, layer.ActivationBits, layer.KeptFilters.Count, -0.001, 0.002, layer.Bops),
        ];
    }

    private static LayerPlan LargeLayer(int index, string[] names, Random random)
    {
        var filters = new[] { 64, 128, 256, 512, 1024, 5000 }[index % 6];
        var kept = FilterRanges.Of(Enumerable.Range(0, filters).Where(_ => random.Next(10) < 7).Append(0));
        var name = index < names.Length ? names[index] : string.Create(CultureInfo.InvariantCulture, $"backbone.stages.{index / 20}.blocks.{index}.conv");
        return SamplePlan.Layer(name, names[index % names.Length], 2 << random.Next(3), 2 << random.Next(3), filters, kept.ToString(), random.Next(1000, 1_000_000), filters * 100);
    }

    private static CompressionPlan Other(double relativeBops, double metric) => Digits.Plan with
    {
        Budget = string.Create(CultureInfo.InvariantCulture, $"bops={relativeBops * 100:0.#}%"),
        Metric = Digits.Plan.Metric with { Compressed = metric },
        Totals = Digits.Plan.Totals with { Bops = (long)(Digits.Plan.Totals.FullPrecisionBops * relativeBops) },
    };
}
