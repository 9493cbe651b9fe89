namespace AbsBuildTasks.Tests.House;

/// <summary>A folder uses folders below it, and none of those uses it; docs/architecture.md has their order.</summary>
public sealed class FolderCircleTests
{
    // Calls, strings' holes, base types and generic arguments are uses. Comments, documentation and plain strings are not, nor are members with a type's name.
    private static readonly (string Path, string Text)[] Planted =
    [
        ("Low/Price.cs", "namespace P.Low; public sealed class Price { public string Text => $\"costs {Report.Of(this):x} points\"; }"),
        ("High/Report.cs", "namespace P.High; public static class Report { public static string Of(List<Price?> prices) => \"\"; public static int Two(Price price) => price.Item; }"),
        ("Top/Page.cs", "namespace P.Top; /// <summary>See <see cref=\"Unused\" />.</summary>\npublic record Page(Price Price, Report Report);"),
        ("Low/Unused.cs", "namespace P.Low; /* A Page, a Report */ internal struct Unused { string Name => \"Page\"; object Get(dynamic x) => x.Page + x?.Page + new Price { Page = 1 }; }"),
    ];

    public static TheoryData<string> Projects => [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
        .Select(project => Path.GetFileNameWithoutExtension(project))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_of_a_project_depend_on_each_other_in_a_circle(string project) =>
        Assert.Empty(FolderCircles.Find(TypeUses.In(Repository.PathOf($"src/{project}"))).Select(circle => string.Join("; ", circle)));

    [Fact]
    public void The_projects_are_read() =>
        Assert.Contains(TypeUses.In(Repository.PathOf("src/AbsBuildTasks.Plans")), use => use is { Folder: "Documents", OtherFolder: "Cost" });

    [Fact]
    public void A_planted_circle_is_found_with_the_types_that_make_it()
    {
        var circle = Assert.Single(FolderCircles.Find(TypeUses.Between(Planted)));

        Assert.Equal(["Low/Price uses High/Report", "High/Report uses Low/Price"], circle.Select(use => use.ToString()).OrderDescending());
    }

    [Fact]
    public void Without_the_planted_use_there_is_no_circle() =>
        Assert.Empty(FolderCircles.Find(TypeUses.Between(Planted.Where(file => file.Path != "Low/Price.cs").Append(("Low/Price.cs", "namespace P.Low; class Price;")))));

    [Fact]
    public void A_circle_of_three_folders_is_found_once_with_its_rarest_step_first()
    {
        TypeUse[] uses = [new("A", "a", "B", "b"), new("A", "a2", "B", "b"), new("B", "b", "C", "c"), new("B", "b2", "C", "c"), new("C", "c", "A", "a"), new("C", "c", "D", "d")];

        var circle = Assert.Single(FolderCircles.Find(uses));

        Assert.Equal([new("C", "c", "A", "a"), new("A", "a", "B", "b"), new("B", "b", "C", "c")], circle);
    }

    [Fact]
    public void A_name_that_types_of_two_folders_share_is_no_use() =>
        Assert.Empty(TypeUses.Between([("A/X.cs", "namespace P.A; class X;"), ("B/X.cs", "namespace P.B; class X;"), ("C/Y.cs", "namespace P.C; class Y : X;")]));
}
