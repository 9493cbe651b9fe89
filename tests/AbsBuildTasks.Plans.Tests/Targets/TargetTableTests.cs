using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Targets;

public class TargetTableTests
{
    private const string Path = "docs/targets.md";
    private const string Header = "| target | weights/inputs | sums on integers | fast filters | input channels | fuses |\n|---|---|---|---|---|---|\n";

    public static TheoryData<string> Names => [.. TargetTable.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_read_in_upper_and_lower_case_and_written_as_it_is(string name)
    {
        var target = Target.Parse(name.ToUpperInvariant());

        Assert.Equal(name, target.Name);
        Assert.Equal(name, target.ToString());
        Assert.True(Target.IsName(name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_file_may_not_be_no_row_is(string name)
    {
        var target = Target.Parse(name);

        Assert.Equal(target.Pairs?.Distinct().OrderBy(pair => (pair.Weights, pair.Activations)), target.Pairs);
        Assert.All(target.Pairs ?? [], pair => Assert.True(BitPair.IsBitwidth(pair.Weights) && BitPair.IsBitwidth(pair.Activations)));
        Assert.InRange(target.FilterMultiple, 1, 1024);
        Assert.InRange(target.InputMultiple, 1, 1024);
    }

    [Fact]
    public void Another_name_is_refused_with_those_there_are()
    {
        var error = Assert.Throws<AbsException>(() => Target.Parse("npu"));

        Assert.Equal(AbsCodes.TargetNotFound, error.Code);
        Assert.Equal("DeployTarget=\"npu\" is neither a target (any, onnxruntime-cpu, npu-int8 or w4a8) nor a file in the project's folder; correct the name or the path.", error.Message);
    }

    [Fact]
    public void The_page_has_the_table_of_the_code()
    {
        var page = Repository.Read(Path);
        var start = page.IndexOf(Header, StringComparison.Ordinal) + Header.Length;
        var end = page.IndexOf("\n\n", start, StringComparison.Ordinal);

        Approved.Matches(Path, page[..start] + string.Join('\n', TargetTable.All.Select(Row)) + page[end..]);
    }

    [Fact]
    public void The_pages_example_is_a_target()
    {
        var example = Regex.Match(Repository.Read(Path), "```json\n(?<json>.*?)```", RegexOptions.Singleline).Groups["json"].Value;

        Assert.Equal([new(4, 8), new(8, 8), new(8, 16)], TargetJson.Read(example, Path).Pairs);
    }

    private static string Row(Target target) =>
        $"| `{target.Name}` | {(target.Pairs is null ? "any" : Grouped(target.Pairs))} | {(target.QuantizesSums ? "yes" : "no")} | {Multiples(target.FilterMultiple)} | {Multiples(target.InputMultiple)} | {string.Join(", ", target.Fuses)} |";

    private static string Multiples(int multiple) => multiple == 1 ? "any number" : $"multiples of {multiple}";

    // Weights that go with the same inputs stand together.
    private static string Grouped(IEnumerable<BitPair> pairs) => string.Join("; ", pairs
        .GroupBy(pair => pair.Weights)
        .GroupBy(row => string.Join(", ", row.Select(pair => pair.Activations)))
        .Select(rows => $"{string.Join(", ", rows.Select(row => row.Key))} / {rows.Key}"));
}
