using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Diffs;

public class PlanDiffJsonTests
{
    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromJsonAsync(Repository.Read("docs/diff.schema.json")).GetAwaiter().GetResult());

    [Fact]
    public void Several_models_are_told() => Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Diffs/several.diff.verified.txt", PlanDiffJson.Write(SampleDiff.Several));

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public void Any_diff_has_the_documented_shape(CompressionPlan before, CompressionPlan after)
    {
        var json = PlanDiffJson.Write(PlanSetDiff.Of(null, [new(before, after) { Reasons = [before.Model] }, new(null, before), new(after, null)]));

        Assert.Empty(Schema.Value.Validate(json));
    }

    [Fact]
    public void Names_come_back_as_they_were()
    {
        foreach (var name in SampleDiff.Names)
        {
            var json = PlanDiffJson.Write(PlanSetDiff.Of(name, [SampleDiff.Large(1, _ => name)]));

            Assert.Equal(name, (string?)JObject.Parse(json)["base"]);
            Assert.Equal(name, (string?)JObject.Parse(json).SelectToken("models[0].layers[0].name"));
            Assert.DoesNotContain("##", json, StringComparison.Ordinal);
            Assert.DoesNotContain(json, character => character > 126 || (character < 32 && character != '\n'));
        }
    }

    [Fact]
    public void The_schema_refuses_what_is_no_diff() =>
        Assert.NotEmpty(Schema.Value.Validate(PlanDiffJson.Write(SampleDiff.Several).Replace("\"better\"", "\"fine\"", StringComparison.Ordinal)));
}
