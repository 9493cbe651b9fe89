using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>Diffs to start a test from.</summary>
internal static class SampleDiff
{
    /// <summary>Names that have tried to break something.</summary>
    public static string[] Names { get; } =
    [
        "a|b", "`code`", "``", "<script>alert(1)</script>", "<!-- x", "</details>", "**bold** _it_ ~~no~~", "[red]text[/]", "[link](http://x)",
        "line\nbreak", "\r\n\r\n# title", "\u001b[31mred\u001b[0m", "\u202eevil", "\u2028", "\0", "\u009b31m", "a\U000e0041\U000e0042", "##vso[task.setvariable variable=x]y", "##[error]x",
        "::error file=x::y", "\n::error::y", "###vso[x]", "@everyone #1 !1", "https://example.com/ www.example.com", "\\", "\\|", "&lt;", "$x$", " ", "-", "| --- |", "層😀",
        new('x', 5_000), new('|', 5_000), new('\u202e', 5_000),
    ];

    /// <summary>A change of everything that can change.</summary>
    public static ModelDiff Changed { get; } = CreateChanged();

    /// <summary>Three models changed, one new, one gone, two as they were.</summary>
    public static PlanSetDiff Several { get; } = PlanSetDiff.Of(
        "the merge base of main, 0123abcd",
        [
            new(SamplePlan.Digits, SamplePlan.Digits),
            Changed,
            new(null, Renamed("added")),
            new(Renamed("removed"), null),
            new(Renamed("same"), Renamed("same")),
            new(Renamed("cheaper"), Renamed("cheaper").With("fc", layer => layer with { WeightBits = 4 })),
        ]);

    /// <summary>A network whose every layer changed.</summary>
    public static ModelDiff Large(int layers, Func<int, string> name)
    {
        LayerPlan[] before = [.. Enumerable.Range(0, layers).Select(i => SamplePlan.Layer(name(i), "Conv2d", 8, 8, 64, "0-63", 100 + i, 10))];
        var plan = SamplePlan.Of("large", before);
        plan = plan with { Totals = PlanTotals.Of(plan.Layers, plan.Totals.Bops * 20, plan.Totals.SizeBytes * 4) };
        return new(
            plan,
            plan.WithLayers([.. before.Select(layer => layer with { WeightBits = 4, Bops = layer.Bops / 2, KeptFilters = FilterRanges.Parse("1-63") })]));
    }

    private static CompressionPlan Renamed(string model) => SamplePlan.Digits with { Model = model };

    private static ModelDiff CreateChanged()
    {
        var before = SamplePlan.Of(
            "changed",
            [
                .. SamplePlan.Digits.Layers,
                SamplePlan.Layer("old", "Linear", 4, 4, 5, "0-4", 100, 10),
                SamplePlan.Layer("next", "Conv2d", 4, 4, 64, "0-63", 900, 90),
                SamplePlan.Layer("other", "Conv2d", 4, 4, 64, "0-63", 0, 90),
            ]);
        var after = before
            .With("conv1", layer => layer with { ActivationBits = 4, ActivationGrid = PlanGrids.Symmetric })
            .With("conv2", layer => layer with { WeightBits = 8, KeptFilters = FilterRanges.Parse("0-5,9-15"), SizeBytes = 120 })
            .With("next", layer => layer with { Macs = 800 })
            .With("other", layer => layer with { Kind = "Conv3d", Macs = 5 });
        after = after.WithLayers([.. after.Layers.Where(layer => layer.Name != "old"), SamplePlan.Layer("new", "Linear", 2, 8, 5, "0-3", 100, 10)]) with
        {
            Budget = "bops=4%",
            Metric = after.Metric with { Compressed = 92 },
        };
        return new(before, after) { Reasons = ["data:images.csv changed", "setting:Budget changed from 0.05 to 0.04"] };
    }
}
