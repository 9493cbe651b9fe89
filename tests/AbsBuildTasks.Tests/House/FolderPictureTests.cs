using System.Text.RegularExpressions;

namespace AbsBuildTasks.Tests.House;

/// <summary>The picture of folders in docs/architecture.md is that of the code.</summary>
public sealed partial class FolderPictureTests
{
    public static TheoryData<string, string> Projects => new() { { "AbsBuildTasks.Plans", "p" }, { "AbsBuildTasks.Load", "l" }, { "AbsBuildTasks.Search", "s" }, { "AbsBuildTasks", "t" } };

    [Theory]
    [MemberData(nameof(Projects))]
    public void It_has_every_folder_above_all_that_it_uses(string project, string letter)
    {
        var source = Repository.PathOf($"src/{project}");
        var levels = Boxes().Matches(File.ReadAllText(Repository.PathOf("docs/architecture.md")))
            .Where(box => box.Groups["letter"].Value == letter)
            .SelectMany(box => box.Groups["folders"].Value.Split(" · ").Select(folder => (Folder: folder, Level: int.Parse(box.Groups["level"].Value, System.Globalization.CultureInfo.InvariantCulture))))
            .ToDictionary(pair => pair.Folder, pair => pair.Level, StringComparer.Ordinal);

        Assert.Equal(FoldersOf(source), levels.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(TypeUses.In(source).Where(use => levels[use.Folder] <= levels[use.OtherFolder]).Select(use => use.ToString()));
    }

    private static IEnumerable<string> FoldersOf(string project) => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace('\\', '/'))
        .Where(folder => !folder.Split('/').Any(part => part is "bin" or "obj"))
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal);

    [GeneratedRegex("""\b(?<letter>[plst])(?<level>\d+)\["(?<folders>[^"]+)"\]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Boxes();
}
