using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Searches for a target that quantises sums: fine-tuning has the file's quantisers there, and the plan's metric is the file's.</summary>
public sealed class SumFittingTests
{
    // Of 64 examples one may lie between two levels.
    private const double OneExample = 100.0 / 64;

    [Theory]
    [InlineData("resnet8")]
    [InlineData("residual")]
    [InlineData("inception")]
    [InlineData("attention")]
    [InlineData("scaled attention")]
    [InlineData("causal attention")]
    [InlineData("residual in place")]
    [InlineData("sum of sums")]
    [InlineData("attention by einsum")]
    public void The_plans_metric_is_the_files(string name)
    {
        var (plan, _, told, metric, networkMetric, tells) = SumSearch.Run(name);

        Assert.Contains("\"roundedValues\": ", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(told, text => text.Contains("does not round", StringComparison.Ordinal));
        Assert.Single(told, text => text.StartsWith("an application that loads the weights in torch, which rounds nothing between layers, has a ", StringComparison.Ordinal));
        var stated = PlanJson.Read(plan, name).Metric.Compressed;
        Assert.Equal(stated, networkMetric, 3);
        Assert.InRange(metric, stated - OneExample - 1e-3, stated + OneExample + 1e-3);
        Assert.EndsWith("; both with quantised sums, as they were fine-tuned", Assert.Single(tells), StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_is_interrupted_at_every_epoch_ends_in_the_same_bytes()
    {
        var (whole, wholeWeights, _, _, _, _) = SumSearch.Run("residual");

        var (plan, weights, sittings) = Rewritten.Run<(string, byte[], int)>(Interrupted, "residual");

        Assert.InRange(sittings, 6, 20);
        Assert.Equal(whole, plan);
        Assert.Equal(wholeWeights, weights);
    }

    /// <summary>What fuses is no part of the fingerprint. Without it, the result of the first layer is one more value that the file could have quantised.</summary>
    [Fact]
    public void What_fuses_makes_no_other_plan_and_the_file_has_its_levels_all_the_same()
    {
        var (plan, weights, _, _, _, _) = SumSearch.Run("pool in front of a clip");

        var (apart, apartWeights, told, metric, networkMetric, tells) = SumSearch.Run("pool in front of a clip", fuses: false);

        Assert.Contains("\"roundedValues\": 1", plan, StringComparison.Ordinal);
        Assert.Equal(plan, apart);
        Assert.Equal(weights, apartWeights);
        Assert.DoesNotContain(told, text => text.Contains("does not round", StringComparison.Ordinal));
        Assert.InRange(metric, networkMetric - OneExample - 1e-3, networkMetric + OneExample + 1e-3);
        Assert.EndsWith("; both with quantised sums, as they were fine-tuned", Assert.Single(tells), StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_of_other_values_than_the_file_has_are_told_and_found_anew()
    {
        var (plan, _, _, _, _, tells) = SumSearch.Run("residual in place", exported: "sum of sums");

        Assert.Contains("\"roundedValues\": ", plan, StringComparison.Ordinal);
        Assert.Equal("the levels of sums and products that fine-tuning ended with are not those of this file's values, so that they are found anew", tells[0]);
        Assert.Contains(tells, text => text.StartsWith("with quantised sums, as its target wants them, it has ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_does_not_give_what_was_fine_tuned_breaks_the_targets_promise()
    {
        var refused = Assert.Throws<RefusedException>(() => SumSearch.Run("residual", exported: "residual, turned"));

        Assert.Equal(AbsCodes.OnnxLosesMetric, refused.Code);
        Assert.Matches(@"^With quantised sums, the ONNX file does not give what the network does that was fine-tuned with them: on average, output 0 .*\. The file is not kept; set DeployTarget=""any""", refused.Message);
    }

    [Fact]
    public void What_works_in_place_gets_the_levels_of_what_does_not()
    {
        var levels = Rewritten.Run<string[]>(Levels, "sum of sums");

        var inPlace = Rewritten.Run<string[]>(Levels, "residual in place");

        Assert.NotEmpty(levels);
        Assert.Equal(levels, inPlace);
    }

    /// <summary>Scales and zero points before anything is learned with them, in an order of their own.</summary>
    private static string[] Levels(string name)
    {
        var file = Path.GetTempFileName();
        try
        {
            manual_seed(1);
            using var result = SearchEngine.Run(new SumModel(name), SumSearch.Job() with { Settings = SumSearch.Job().Settings with { FineTuneEpochs = 0 } }, _ => { }, CancellationToken.None);
            result.SaveWeights(file);
            return [.. CompressedModel.ValuesIn(file).Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Scale} {value.Zero}")).Order(StringComparer.Ordinal)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (string Plan, byte[] Weights, int Sittings) Interrupted(string name)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            for (var sittings = 1; ; sittings++)
            {
                using var stop = new CancellationTokenSource();
                try
                {
                    using var result = SearchEngine.Run(new SumModel(name), SumSearch.Job() with { CheckpointDirectory = folder.FullName }, _ => stop.Cancel(), stop.Token);
                    var file = Path.Combine(folder.FullName, "weights");
                    result.SaveWeights(file);
                    return (PlanJson.Write(result.Plan), File.ReadAllBytes(file), sittings);
                }
                catch (OperationCanceledException)
                {
                    // Goes on from there.
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
