using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Tests.Caching;

public sealed class WeightsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Changes => ["weightBits", "weightGrid", "activationBits", "activationGrid", "keptFilters", "shape", "name", "levels", "missing", "another", "twice"];

    [Fact]
    public void Those_of_a_plan_have_no_problem() => Assert.Null(Problem(SampleWeights.Of(SamplePlan.Digits)));

    [Fact]
    public void A_layer_may_have_a_second_name() => Assert.Null(Problem(SampleWeights.Of(SamplePlan.Digits, change: layers => layers.Add(Named(layers, "again")))));

    [Fact]
    public void As_many_scales_are_stored_as_the_plan_says()
    {
        var byFilter = SamplePlan.Digits.With("conv2", layer => layer with { WeightScales = PlanScales.Filter });

        Assert.Null(WeightsFile.Problem(_folder.Write("filters.weights.zip", SampleWeights.Of(byFilter)), byFilter));
        Assert.Equal("its weights are not those of the plan (layer conv2)", Problem(SampleWeights.Of(byFilter)));
        Assert.Equal("its weights are not those of the plan (layer conv2)", WeightsFile.Problem(_folder.Write("layers.weights.zip", SampleWeights.Of(SamplePlan.Digits)), byFilter));
    }

    [Theory]
    [InlineData("")]
    [InlineData("weights")]
    [InlineData("PK")]
    public void What_is_no_archive_is_no_weights_file(string text)
    {
        Assert.Equal("its weights are no weights file", Problem(System.Text.Encoding.ASCII.GetBytes(text)));

        // It was stored where nothing looked into it, and comes out of no cache.
        var files = CachedSearch.Files(_folder, 1);
        File.WriteAllText(files[0], text);
        var cache = new PlanCache(_folder.File("cache"));
        cache.Put(CachedSearch.Key(1), files);
        Assert.False(cache.TryGet(CachedSearch.Key(1), CachedSearch.Model, _folder.File("out"), out var warning));
        Assert.Equal(AbsCodes.CacheEntryCorrupt, warning!.Code);
        Assert.Contains("its weights are no weights file", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Those_of_another_plan_are_refused(string change)
    {
        var problem = Problem(SampleWeights.Of(SamplePlan.Digits, change: layers =>
        {
            var layer = (JObject)layers[1];
            switch (change)
            {
                case "weightBits" or "activationBits":
                    layer[change] = 3;
                    break;
                case "shape":
                    layer[change] = new JArray(17, 1);
                    break;
                case "levels":
                    layer[change]!["length"] = 1L << 31;
                    break;
                case "missing":
                    layer.Remove();
                    break;
                case "another":
                    var more = Named(layers, "more");
                    more["levels"]!["entry"] = "manifest.json";
                    layers.Add(more);
                    break;
                case "twice":
                    layers.Add(layer.DeepClone());
                    break;
                default:
                    layer[change] = "other";
                    break;
            }
        }));

        Assert.StartsWith("its weights ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_of_any_byte_ends_in_a_problem_or_none_and_never_in_an_exception()
    {
        var sound = SampleWeights.Of(SamplePlan.Digits);
        for (var at = 0; at < sound.Length; at++)
        {
            var damaged = (byte[])sound.Clone();
            damaged[at] ^= 0x90;
            Assert.Null(Record.Exception(() => Problem(damaged)));
            Assert.NotNull(Problem(sound[..at]));
        }
    }

    private static JObject Named(JArray layers, string name)
    {
        var layer = (JObject)layers[0].DeepClone();
        layer["name"] = name;
        return layer;
    }

    private string? Problem(byte[] content) => WeightsFile.Problem(_folder.Write("digits.weights.zip", content), SamplePlan.Digits);
}
