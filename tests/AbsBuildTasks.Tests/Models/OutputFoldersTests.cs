using AbsBuildTasks.Models;

namespace AbsBuildTasks.Tests.Models;

public class OutputFoldersTests
{
    private static readonly string Project = Path.GetFullPath("project");
    private static readonly string[] Written = ["bin/", " obj\\plans ", " ", ""];

    [Theory]
    [InlineData("bin", true)]
    [InlineData("bin/", true)]
    [InlineData("data/../bin", true)]
    [InlineData("obj/plans", true)]
    [InlineData("binary", false)]
    [InlineData("bin/abs", false)]
    [InlineData("obj", false)]
    [InlineData(".", false)]
    public void A_folder_is_one_however_it_is_written(string folder, bool isOne) =>
        Assert.Equal(isOne, new OutputFolders(Project, Written).Has(Path.Combine(Project, folder)));

    [Theory]
    [InlineData("bin/x.zip", true)]
    [InlineData("bin/abs/deep/x.zip", true)]
    [InlineData("obj/plans/x.zip", true)]
    [InlineData("obj/x.zip", false)]
    [InlineData("bin.zip", false)]
    [InlineData("x.zip", false)]
    public void They_hold_files_in_and_below_them(string file, bool isIn) =>
        Assert.Equal(isIn, new OutputFolders(Project, Written).Hold(Path.GetFullPath(Path.Combine(Project, file))));

    [Theory]
    [InlineData(StringComparison.Ordinal, false)]
    [InlineData(StringComparison.OrdinalIgnoreCase, true)]
    public void Paths_that_differ_in_case_alone_are_one_where_the_system_says_so(StringComparison comparison, bool isOne)
    {
        var folders = new OutputFolders(Project, Written, comparison);

        Assert.Equal(isOne, folders.Has(Path.Combine(Project, "BIN")));
        Assert.Equal(isOne, folders.Hold(Path.Combine(Project, "Bin", "x.zip")));
    }

    [Fact]
    public void Windows_alone_compares_paths_without_case()
    {
        var folders = new OutputFolders(Project, Written);

        Assert.Equal(OperatingSystem.IsWindows(), folders.Has(Path.Combine(Project, "BIN")));
        Assert.Equal(OperatingSystem.IsWindows(), folders.Hold(Path.Combine(Project, "BIN", "x.zip")));
    }
}
