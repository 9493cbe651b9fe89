using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Targets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Targets;

public class TargetJsonTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(Repository.Read("docs/target.schema.json")).GetAwaiter().GetResult();

    private static Arbitrary<Target> Targets => (
        from name in Gen.Elements("mcu", "my.NPU_2-x", new string('a', Target.MaxNameLength))
        from pairs in Gen.ListOf(from weights in Bits from activations in Bits select new BitPair(weights, activations))
        from sums in Gen.Elements(true, false)
        from activations in Gen.Elements(InputLevels.Both, InputLevels.Signed)
        from scales in Gen.Elements(WeightScales.Layer, WeightScales.Filter, WeightScales.Both)
        from multiple in Gen.Choose(1, 1024)
        from inputs in Gen.Choose(1, 1024)
        from fuses in Gen.SubListOf(Target.AllFuses.ToArray())
        select new Target
        {
            Name = name,
            Pairs = pairs.Count == 0 ? null : [.. pairs.Distinct().OrderBy(pair => pair.Weights).ThenBy(pair => pair.Activations)],
            QuantizesSums = sums,
            Activations = activations,
            WeightScales = scales,
            FilterMultiple = multiple,
            InputMultiple = inputs,
            Fuses = [.. Target.AllFuses.Where(operation => fuses.Contains(operation))],
        }).ToArbitrary();

    private static Gen<int> Bits => Gen.OneOf(Gen.Choose(2, 16), Gen.Constant(32));

    [Property]
    public Property What_is_written_reads_back_and_fits_the_published_schema() => Prop.ForAll(Targets, target =>
        Target.Parse(target.ToString()) == target && Schema.Validate(target.ToString()).Count == 0);

    [Fact]
    public void What_is_left_out_has_the_default_and_order_does_not_count()
    {
        Assert.Equal(new Target { Name = "mcu" }, Read("""{ "schemaVersion": 1, "name": "mcu" }"""));
        Assert.Equal(
            new Target { Name = "mcu", Pairs = [new(4, 8), new(8, 8), new(8, 16)], FilterMultiple = 4, InputMultiple = 8, Fuses = ["Relu", "Clip"] },
            Read("""{ "$schema": "https://example.org/target.schema.json", "inputMultiple": 8, "fuses": ["Clip", "Relu"], "filterMultiple": 4, "pairs": ["8/16", "4/8", "8/8"], "name": "mcu", "schemaVersion": 1 }"""));
    }

    [Theory]
    [InlineData("", "npu.json(1,1): the text is not JSON")]
    [InlineData("[]", "npu.json(1,1): the text is not a JSON object; correct the target (docs/targets.md).")]
    [InlineData("{ \"name\": \"mcu\" }", "npu.json(1,1): schemaVersion is missing; correct the target")]
    [InlineData("{ \"schemaVersion\": 2,\n \"name\": \"mcu\" }", "npu.json(1,18): schemaVersion is 2, out of range 1 to 1")]
    [InlineData("{ \"schemaVersion\": 1 }", "npu.json(1,1): name is missing")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"a b\" }", "npu.json(2,8): name is not 1 to 50 letters, digits, dots, hyphens and underscores")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"W4A8\" }", "npu.json(2,8): name is \"W4A8\", a target that is there without a file; give yours another name")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"pairs\": null }", "npu.json(3,9): pairs is not a list")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"pairs\": [] }", "npu.json(3,9): pairs is empty; list those that run")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"pairs\": [\"1/8\"] }", "npu.json(3,9): pairs has '1/8', which is no pair; write bits of weights")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"pairs\": [\"8/8/8\"] }", "npu.json(3,9): pairs has '8/8/8', which is no pair")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"pairs\": [\"8/8\", \"4/8\", \"8/8\"] }", "npu.json(3,9): pairs has 8/8 twice")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"activations\": \"unsigned\" }", "npu.json(3,15): activations is not \"both\" or \"signed\"")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"filterMultiple\": 0 }", "npu.json(3,18): filterMultiple is 0, out of range 1 to 1024")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"inputMultiple\": 1025 }", "npu.json(3,17): inputMultiple is 1025, out of range 1 to 1024")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"fuses\": [\"Relu\", \"relu\"] }", "npu.json(3,9): fuses has 'relu', which is none of the operators that can fuse (Relu, Clip); correct the target")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"fuses\": [\"Relu\", \"Relu\"] }", "npu.json(3,9): fuses has Relu twice")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"fuses\": \"Relu\" }", "npu.json(3,9): fuses is not a list")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"sums\": true }", "npu.json(3,8): sums is not a known property")]
    [InlineData("{ \"schemaVersion\": 1,\n \"name\": \"mcu\",\n \"name\": \"mcu\" }", "npu.json(3,8): the text is not JSON: Property with the name 'name' already exists")]
    public void What_is_no_target_is_refused_with_line_and_property(string text, string message)
    {
        var error = Assert.Throws<AbsException>(() => Read(text));

        Assert.Equal(AbsCodes.InvalidTarget, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Place);
    }

    /// <summary>They form the ONNX file alone, which is known by them.</summary>
    [Fact]
    public void The_multiple_of_inputs_and_what_fuses_make_no_other_plan_and_all_else_does()
    {
        var target = new Target { Name = "mcu", InputMultiple = 4 };

        Assert.Equal(Fingerprint(target), Fingerprint(target with { InputMultiple = 8 }));
        Assert.NotEqual(target, target with { InputMultiple = 8 });
        Assert.Equal(Fingerprint(target), Fingerprint(target with { Fuses = [] }));
        Assert.NotEqual(target, target with { Fuses = [] });
        Target[] others = [target with { Name = "npu" }, target with { Pairs = [new(8, 8)] }, target with { QuantizesSums = true }, target with { Activations = InputLevels.Signed }, target with { WeightScales = WeightScales.Filter }, target with { FilterMultiple = 4 }];
        Assert.Equal(others.Length + 1, others.Append(target).Select(Fingerprint).Distinct().Count());
    }

    [Fact]
    public void A_long_text_is_not_read() => Assert.Equal(
        "npu.json: a target of more than 64 KiB is not read; give just the properties that docs/targets.md lists.",
        Assert.Throws<AbsException>(() => Read(new string(' ', TargetJson.MaxLength) + "{}")).Message);

    [Fact]
    public void The_schema_refuses_the_names_of_the_table() => Assert.All(TargetTable.All.SelectMany(target => new[] { target.Name, target.Name.ToUpperInvariant() }), name =>
    {
        Assert.NotEmpty(Schema.Validate($$"""{ "schemaVersion": 1, "name": "{{name}}" }"""));
        Assert.Throws<AbsException>(() => Read($$"""{ "schemaVersion": 1, "name": "{{name}}" }"""));
    });

    [Fact]
    public void Every_property_of_the_schema_is_described() => Assert.All(Schema.Properties.Values, property => Assert.False(string.IsNullOrEmpty(property.Description), property.Name));

    private static Target Read(string text) => TargetJson.Read(text, "npu.json");

    private static string Fingerprint(Target target) => new FingerprintBuilder().AddSettings(SettingTexts.Default with { DeployTarget = target }).Build().Hash;
}
