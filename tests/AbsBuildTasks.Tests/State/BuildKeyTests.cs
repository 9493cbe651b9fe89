using System.Text.RegularExpressions;
using System.Xml.Linq;
using AbsBuildTasks.State;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.State;

public sealed partial class BuildKeyTests
{
    // Where programs and packages lie, where a build was started, and who watches it, change no plan; the record is what the
    // key is for. What is compiled once more is of the sources of assemblies that are looked at.
    private static readonly string[] Unsettling = ["_AbsHost", "_AbsProbingPath", "MSBuildStartupDirectory", "_AbsRecordKey", "_AbsCompiled", "_AbsStateDirectory", "_AbsFile", "_AbsPlan", "AbsModel", "_AbsDisplayEventsFile"];

    [Fact]
    public void Any_other_value_makes_another_key()
    {
        string[] keys =
        [
            Key("a"), Key("b"), Key("a", ("m", [])), Key("a", ("n", [])), Key("a", ("m", [("Budget", "bops=5%")])), Key("a", ("m", [("Budget", "bops=6%")])),
            Key("a", ("m", [("Seed", "bops=5%")])), Key("a", ("m", [("A", "1"), ("B", "2")])), Key("a", ("m", [("A", "1\n1 B\n1 2")])), Key("a", ("m", []), ("n", [])),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(Key("a", ("m", [("A", "1"), ("B", "2")])), Key("a", ("m", [("B", "2"), ("A", "1")])));
    }

    [Fact]
    public void All_that_the_tasks_are_told_is_part_of_it()
    {
        var targets = XDocument.Load(Repository.PathOf("src/AbsBuildTasks/build/AbsBuildTasks.targets"));
        var settings = Names((string)targets.Descendants("_AbsSettings").Single());
        var told = targets.Descendants("Target")
            .Where(target => (string?)target.Attribute("Name") is "abs search, see abs watch" or "_AbsVerifyPlans" or "_AbsCopy" or "_AbsReport")
            .SelectMany(target => target.Elements().Where(element => element.Name.LocalName.StartsWith("Abs", StringComparison.Ordinal)))
            .SelectMany(task => task.Attributes().SelectMany(attribute => Names(attribute.Value)))
            .ToHashSet(StringComparer.Ordinal);

        Assert.True(told.Count > 20, string.Join(" ", told));
        Assert.Empty(told.Except(settings).Except(Unsettling));
    }

    private static IEnumerable<string> Names(string text) => Reference().Matches(text).Select(match => match.Groups[1].Value);

    private static string Key(string settings, params (string Name, (string Name, string Value)[] Metadata)[] models) =>
        BuildKey.Of(settings, [.. models.Select(model => new TaskItem(model.Name, model.Metadata.ToDictionary(metadata => metadata.Name, metadata => metadata.Value)))]);

    [GeneratedRegex(@"[$@]\((\w+)")]
    private static partial Regex Reference();
}
