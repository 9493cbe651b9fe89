using System.Xml.Linq;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Docs;

/// <summary>docs/reference.md names all that users can write.</summary>
public sealed class ReferenceDocumentTests
{
    private static readonly string[] Rows = [.. File.ReadAllLines(Repository.PathOf("docs/reference.md")).Where(line => line.StartsWith('|'))];

    private const int Name = 1;
    private const int Type = 2;
    private const int Default = 3;
    private const int Meaning = 4;

    public static TheoryData<string, string> Properties
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var element in Build("AbsBuildTasks.props").Descendants().Where(element => element.Name.LocalName.StartsWith("Abs", StringComparison.Ordinal)))
            {
                data.Add(element.Name.LocalName, element.Value);
            }

            return data;
        }
    }

    public static TheoryData<string> Targets => [.. Build("AbsBuildTasks.targets").Descendants("Target")
        .Select(target => (string)target.Attribute("Name")!)
        .Where(name => !name.StartsWith('_') && !name.Contains(' ', StringComparison.Ordinal))];

    public static TheoryData<string> Metadata
    {
        get
        {
            var item = new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "bops=5%", ["Unheard"] = "of" });
            var message = Assert.Throws<AbsException>(() => ModelItem.ReadAll([item], Repository.Root, [])).Message;
            return [.. message[(message.IndexOf("these are: ", StringComparison.Ordinal) + 11)..].TrimEnd('.').Split(", ")];
        }
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void Every_property_is_described_with_its_default(string name, string value)
    {
        var cells = CellsOf(name);

        // Defaults that are paths are described in words.
        Assert.True(value.Contains("$(", StringComparison.Ordinal) || cells[Default].Contains(value, StringComparison.Ordinal), cells[Default]);
    }

    [Theory]
    [MemberData(nameof(Metadata))]
    public void Every_metadata_of_a_model_is_described(string name) => CellsOf(name);

    [Fact]
    public void The_name_of_a_model_is_described_with_the_files_that_follow_from_it()
    {
        var meaning = CellsOf("Include")[Meaning];

        Assert.Contains($"at most {ModelName.MaxLength} letters", meaning, StringComparison.Ordinal);
        Assert.All(ResultFile.NamesOf("", alone: null), name => Assert.Contains(name, meaning, StringComparison.Ordinal));
        Assert.Contains("AbsPlans/" + new SnapshotPaths("", "digits").Verified.Replace("digits", "<name>", StringComparison.Ordinal), meaning, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_target_is_one_of_projects_for_several_frameworks_as_well(string name) =>
        Assert.Contains(Build("AbsBuildTasks.targets", "buildMultiTargeting").Elements("Target"), target => (string?)target.Attribute("Name") == name);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_target_is_described(string name) => Assert.Single(Rows, row => row.StartsWith($"| `-t:{name}` |", StringComparison.Ordinal));

    [Fact]
    public void Every_row_is_about_something_there_is()
    {
        string[] known = [.. First(Properties), .. First(Targets).Select(name => "-t:" + name), .. First(Metadata)];

        Assert.All(
            Rows.Select(row => row.Split('|')[Name].Trim()).Where(cell => cell.StartsWith("`Abs", StringComparison.Ordinal) || cell.StartsWith("`-t:", StringComparison.Ordinal)),
            cell => Assert.Contains(cell.Trim('`'), known));
    }

    [Fact]
    public void Warnings_that_never_become_errors_are_those_that_the_page_of_caches_lists()
    {
        var codes = Build("AbsBuildTasks.props").Descendants("MSBuildWarningsNotAsErrors").Single().Value.Split(';').Skip(1);

        Assert.Contains($"\"-warnnotaserror:{string.Join(';', codes)}\"", File.ReadAllText(Repository.PathOf("docs/caching.md")), StringComparison.Ordinal);
    }

    /// <summary>The cells of the one row about a metadatum or property, none of them empty.</summary>
    private static string[] CellsOf(string name)
    {
        var cells = Assert.Single(Rows, row => row.StartsWith($"| `{name}` |", StringComparison.Ordinal)).Split('|');
        Assert.Equal(Meaning + 2, cells.Length);
        Assert.All(cells[Type..(Meaning + 1)], cell => Assert.NotEqual("", cell.Trim()));
        return cells;
    }

    private static IEnumerable<string> First(IEnumerable<object[]> rows) => rows.Select(row => (string)row[0]);

    private static XElement Build(string file, string folder = "build") => XElement.Load(Repository.PathOf($"src/AbsBuildTasks/{folder}/{file}"));
}
