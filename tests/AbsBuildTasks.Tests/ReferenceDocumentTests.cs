using System.Xml.Linq;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests;

/// <summary>docs/reference.md names all that users can write.</summary>
public sealed class ReferenceDocumentTests
{
    private static readonly string[] Rows = [.. File.ReadAllLines(Repository.PathOf("docs/reference.md")).Where(line => line.StartsWith('|'))];

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
        .Where(name => !name.StartsWith('_'))];

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
        var row = Assert.Single(Rows, row => row.StartsWith($"| `{name}` |", StringComparison.Ordinal));

        // Defaults that are paths are described in words.
        Assert.True(value.Contains("$(", StringComparison.Ordinal) || row.Split('|')[2].Contains(value, StringComparison.Ordinal), row);
    }

    [Theory]
    [MemberData(nameof(Metadata))]
    public void Every_metadata_of_a_model_is_described(string name) => Assert.Single(Rows, row => row.StartsWith($"| `{name}` |", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_target_is_described(string name) => Assert.Single(Rows, row => row.StartsWith($"| `-t:{name}` |", StringComparison.Ordinal));

    [Fact]
    public void Every_row_is_about_something_there_is()
    {
        string[] known = [.. First(Properties), .. First(Targets).Select(name => "-t:" + name), .. First(Metadata)];

        Assert.All(
            Rows.Select(row => row.Split('|')[1].Trim()).Where(cell => cell.StartsWith("`Abs", StringComparison.Ordinal) || cell.StartsWith("`-t:", StringComparison.Ordinal)),
            cell => Assert.Contains(cell.Trim('`'), known));
    }

    private static IEnumerable<string> First(IEnumerable<object[]> rows) => rows.Select(row => (string)row[0]);

    private static XElement Build(string file) => XElement.Load(Repository.PathOf($"src/AbsBuildTasks/build/{file}"));
}
