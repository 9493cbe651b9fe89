using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Tests.Models;

public sealed class DataFileListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DataFileListTests()
    {
        foreach (var name in new[] { "p/a.csv", "p/data/b.csv", "p/data/c.bin", "p/data/deep/d.csv", "p/data/deep/er/e.csv", "shared/f.csv", "artifacts/obj/g.csv", "shared/bin/h.csv" })
        {
            _folder.Write(name);
        }
    }

    private static readonly string[] Outputs = ["bin/", "obj\\", "", "../artifacts/"];

    private string Project => Path.Combine(_folder.Path, "p");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData("a.csv", "a.csv")]
    [InlineData(" a.csv ; data/b.csv;;a.csv", "a.csv data/b.csv")]
    [InlineData("*.csv", "a.csv")]
    [InlineData("data/*", "data/b.csv data/c.bin")]
    [InlineData("data\\?.bin", "data/c.bin")]
    [InlineData("data/**", "data/b.csv data/c.bin data/deep/d.csv data/deep/er/e.csv")]
    [InlineData("data/**/*.csv", "data/b.csv data/deep/d.csv data/deep/er/e.csv")]
    [InlineData("**/er/*.csv", "data/deep/er/e.csv")]
    [InlineData("data/*/*.csv", "data/deep/d.csv")]
    [InlineData("../shared/*.csv", "../shared/f.csv")]
    [InlineData("../shared/f.csv;a.csv", "../shared/f.csv a.csv")]
    public void Paths_and_patterns_name_files_by_their_path_from_the_project(string text, string expected) =>
        Assert.Equal(expected, string.Join(" ", DataFileList.Expand(text, Project, new DataFolderWalk(Project, Outputs)).Select(file => file.Name)));

    [Theory]
    [InlineData("**/*.csv", "a.csv data/b.csv data/deep/d.csv data/deep/er/e.csv")]
    [InlineData("*/*.csv", "data/b.csv")]
    [InlineData("obj/**", "obj/abs/x.csv")]
    [InlineData(".data/*", ".data/x.csv")]
    [InlineData("bin/x.csv", "bin/x.csv")]
    [InlineData("../**/*.csv", "../shared/bin/h.csv ../shared/f.csv a.csv data/b.csv data/deep/d.csv data/deep/er/e.csv")]
    public void Patterns_do_not_go_into_folders_that_builds_write_to_or_hidden_ones(string text, string expected)
    {
        foreach (var name in new[] { "p/bin/x.csv", "p/obj/abs/x.csv", "p/.data/x.csv" })
        {
            _folder.Write(name);
        }

        Paths_and_patterns_name_files_by_their_path_from_the_project(text, expected);
    }

    [UnixFact]
    public void Links_to_folders_are_followed_but_for_those_that_lead_back_or_to_a_folder_that_was_there()
    {
        Link("p/data/self", _folder.Path + "/p/data");
        Link("p/data/deep/er/up", "../../..");
        Link("p/data/other", _folder.Path + "/shared");
        Link("shared/back", "../p/data/deep");
        Link("shared/again", "../p");
        Link("way", _folder.Path + "/p");

        Assert.Equal(
            "data/b.csv data/c.bin data/deep/d.csv data/deep/er/e.csv data/other/bin/h.csv data/other/f.csv",
            string.Join(" ", DataFileList.Expand("data/**", Path.Combine(_folder.Path, "way"), new DataFolderWalk(Path.Combine(_folder.Path, "way"), Outputs)).Select(file => file.Name)));

        void Link(string path, string target) => Directory.CreateSymbolicLink(Path.Combine(_folder.Path, path), target);
    }

    [UnixFact]
    public void Folders_that_lead_to_each_other_are_gone_through_once()
    {
        // Twenty folders, each with links to all others: there are more ways through them than a build has time for.
        const int folders = 20;
        for (var from = 0; from < folders; from++)
        {
            _folder.Write($"p/cross/n{from}/x.csv");
            for (var to = 0; to < folders; to++)
            {
                Directory.CreateSymbolicLink(Path.Combine(Project, "cross", $"n{from}", $"to{to}"), Path.Combine(Project, "cross", $"n{to}"));
            }
        }

        Assert.Equal(
            Enumerable.Range(0, folders).Select(number => $"cross/n{number}/x.csv").Order(StringComparer.Ordinal),
            DataFileList.Expand("cross/**", Project, new DataFolderWalk(Project, Outputs)).Select(file => file.Name));
    }

    [UnixFact]
    public void A_pattern_takes_no_longer_for_a_name_that_almost_fits()
    {
        var name = new string('a', 200) + ".csv";
        _folder.Write("p/long/" + name);

        Assert.Throws<AbsException>(() => DataFileList.Expand("long/" + string.Concat(Enumerable.Repeat("*a", 40)) + "b", Project, new DataFolderWalk(Project, Outputs)));
        Assert.Equal(["long/" + name], DataFileList.Expand("long/" + string.Concat(Enumerable.Repeat("*a", 40)) + "*", Project, new DataFolderWalk(Project, Outputs)).Select(file => file.Name));
    }

    [UnixFact]
    public void Folders_looked_into_are_known_by_the_way_to_them_so_that_another_target_of_a_link_shows()
    {
        var link = Path.Combine(Project, "linked");
        Directory.CreateSymbolicLink(link, Path.Combine(Project, "data"));
        var walk = new DataFolderWalk(Project, Outputs);
        _ = DataFileList.Expand("linked/**", Project, walk);
        Assert.Equal([link, link + "/deep", link + "/deep/er"], walk.Visited.Order(StringComparer.Ordinal));

        Directory.SetLastWriteTimeUtc(Path.Combine(Project, "data"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = FileState.Of(link).ToString();
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, _folder.Path);
        Assert.NotEqual(before, FileState.Of(link).ToString());
    }

    [Theory]
    [InlineData("none.csv", "does not exist")]
    [InlineData("data", "write 'data/**'")]
    [InlineData("none/**", "matches no file")]
    [InlineData("a.csv;*.txt", "'*.txt'")]
    public void What_matches_nothing_is_an_error(string text, string message)
    {
        var exception = Assert.Throws<AbsException>(() => DataFileList.Expand(text, Project, new DataFolderWalk(Project, Outputs)));

        Assert.Equal(AbsCodes.DataFileMissing, exception.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
