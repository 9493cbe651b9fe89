using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Documents;

public class PlanSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(Repository.Read("docs/plan.schema.json")).GetAwaiter().GetResult();

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool Every_plan_that_is_written_fits_the_published_schema(CompressionPlan plan) => Schema.Validate(PlanJson.Write(plan)).Count == 0;

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 3")]
    [InlineData("\"model\": \"digits\",", "")]
    [InlineData("\"totals\"", "\"target\": \"any\", \"totals\"")]
    [InlineData("\"totals\"", "\"target\": \"a b\", \"totals\"")]
    [InlineData("\"weightBits\": 4", "\"weightBits\": 33")]
    [InlineData("\"weightGrid\": \"symmetric\"", "\"weightGrid\": \"round\"")]
    [InlineData("\"weightBits\": 4", "\"weightScales\": \"layer\", \"weightBits\": 4")]
    [InlineData("\"0-9\"", "\"0-9,\"")]
    [InlineData("\"0-9\"", "\"\"")]
    [InlineData("cdef\"", "cdeg\"")]
    [InlineData("\"sizeBytes\": 80", "\"sizeBytes\": 80, \"note\": 1")]
    public void The_schema_refuses_what_is_no_plan(string right, string wrong)
    {
        var text = PlanJson.Write(SamplePlan.Digits);
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.NotEmpty(Schema.Validate(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_property_of_the_schema_is_described()
    {
        var properties = Schema.Properties.Values
            .Concat(Schema.Properties["totals"].Properties.Values)
            .Concat(Schema.Properties["metric"].Properties.Values)
            .Concat(Schema.Properties["layers"].Item!.Properties.Values)
            .Concat(Schema.Properties["rest"].Item!.Properties.Values)
            .ToArray();

        Assert.Equal(13 + 8 + 7 + 13 + 7, properties.Length);
        Assert.All(properties, property => Assert.False(string.IsNullOrEmpty(property.Description), property.Name));
    }
}
