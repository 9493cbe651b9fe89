using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Snapshots;

public sealed class AcceptanceTests : IDisposable
{
    private static readonly DateTime Today = new(2026, 11, 30);
    private static readonly CompressionPlan Other = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });

    private readonly TemporaryFolder _folder = new();

    private string Path => AcceptanceFile.PathOf(_folder.File("digits.plan.verified.json"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_reason_comes_back_and_the_latest_one_counts()
    {
        Assert.Null(AcceptanceFile.For(Path, SamplePlan.Digits));

        AcceptanceFile.Add(Path, "digits", Acceptance.Of(SamplePlan.Digits, Today.AddDays(-1), "Ada", "first \"one\"", ""));
        AcceptanceFile.Add(Path, "digits", Acceptance.Of(Other, Today, "Ada", "other", ""));
        AcceptanceFile.Add(Path, "digits", Acceptance.Of(SamplePlan.Digits, Today, "Bob", "second\nline", "2026-12-31"));

        Assert.EndsWith("digits.accepted.json", Path, StringComparison.Ordinal);
        Assert.Equal("by Bob on 2026-11-30, until 2026-12-31: second\nline", AcceptanceFile.For(Path, SamplePlan.Digits)!.ToString());
        Assert.Equal("by Ada on 2026-11-30: other", AcceptanceFile.For(Path, Other)!.ToString());
        var text = await File.ReadAllTextAsync(Path);
        Assert.Contains("first", text, StringComparison.Ordinal);
        var schema = await JsonSchema.FromJsonAsync(Repository.Read("docs/accepted.schema.json"));
        Assert.Empty(schema.Validate(text));
    }

    [Fact]
    public void The_oldest_reasons_go_before_the_file_is_too_large_to_read()
    {
        var reason = new string('\u5c64', Acceptance.MaxReason);
        var entry = $"{{\"decisions\":\"{new string('0', 64)}\",\"on\":\"2026-01-01\",\"by\":\"Ada\",\"reason\":\"{reason}\"}}";
        File.WriteAllText(Path, $"{{\"schemaVersion\":1,\"model\":\"digits\",\"acceptances\":[{string.Join(',', Enumerable.Repeat(entry, 335))}]}}");

        AcceptanceFile.Add(Path, "digits", Acceptance.Of(SamplePlan.Digits, Today, "Ada", reason, ""));
        AcceptanceFile.Add(Path, "digits", Acceptance.Of(Other, Today, "Ada", reason, ""));

        Assert.InRange(new FileInfo(Path).Length, 1_000_000, 1 << 20);
        Assert.NotNull(AcceptanceFile.For(Path, SamplePlan.Digits));
        Assert.NotNull(AcceptanceFile.For(Path, Other));
    }

    /// <summary>A plan that is made anew keeps its reason.</summary>
    [Fact]
    public void A_reason_is_of_the_decisions_not_of_metric_and_fingerprint()
    {
        var again = SamplePlan.Digits with { Fingerprint = new string('a', 64), Metric = SamplePlan.Digits.Metric with { Compressed = 1, FullPrecision = 2, Noise = 3 } };

        Assert.Equal(Acceptance.IdOf(SamplePlan.Digits), Acceptance.IdOf(again));
        Assert.NotEqual(Acceptance.IdOf(SamplePlan.Digits), Acceptance.IdOf(Other));
    }

    [Theory]
    [InlineData("2026-11-30", false)]
    [InlineData("2026-12-01", false)]
    [InlineData("", false)]
    public void The_last_day_still_counts(string until, bool expired)
    {
        var acceptance = Acceptance.Of(SamplePlan.Digits, Today, "Ada", "reason", until);

        Assert.Equal(expired, acceptance.IsExpired(Today));
        Assert.Equal(until.Length > 0, acceptance.IsExpired(Today.AddDays(2)));
    }

    [Theory]
    [InlineData("2026-11-29")]
    [InlineData("2026-13-01")]
    [InlineData("tomorrow")]
    [InlineData("2027-02-29")]
    public void A_day_that_is_over_or_none_is_refused(string until)
    {
        var error = Assert.Throws<AbsException>(() => Acceptance.Of(SamplePlan.Digits, Today, "Ada", "reason", until));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Contains("write it as 2027-02-28", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_have_limits()
    {
        Assert.Equal(AbsCodes.InvalidSetting, Assert.Throws<AbsException>(() => Acceptance.Of(SamplePlan.Digits, Today, "Ada", new string('x', 1001), "")).Code);
        Assert.Equal(AbsCodes.InvalidSetting, Assert.Throws<AbsException>(() => Acceptance.Of(SamplePlan.Digits, Today, new string('x', 201), "reason", "")).Code);
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("{\"schemaVersion\":2,\"model\":\"m\",\"acceptances\":[]}", "schemaVersion")]
    [InlineData("{\"schemaVersion\":1,\"model\":\"m\",\"acceptances\":[],\"more\":1}", "more")]
    [InlineData("{\"schemaVersion\":1,\"model\":\"m\",\"acceptances\":[{\"decisions\":\"\",\"on\":\"2026-02-30\",\"by\":\"\",\"reason\":\"\"}]}", "on is no day")]
    public void Another_file_is_named_with_the_place(string content, string why)
    {
        File.WriteAllText(Path, content);

        var error = Assert.Throws<AbsException>(() => AcceptanceFile.For(Path, SamplePlan.Digits));

        Assert.Equal(AbsCodes.InvalidAcceptances, error.Code);
        Assert.Equal(Path, error.Place!.File);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Throws<AbsException>(() => AcceptanceFile.Add(Path, "digits", Acceptance.Of(SamplePlan.Digits, Today, "Ada", "reason", "")));
        Assert.Equal(content, File.ReadAllText(Path));
    }
}
