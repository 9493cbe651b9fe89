using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Files;

public sealed class ProgramFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_full_entry_of_PATH_that_has_the_program_counts()
    {
        var first = Program("a/tool");
        _ = Program("b/tool");

        Assert.Equal(first, Find(_folder.File("none"), _folder.File("a"), _folder.File("b")));
        Assert.Equal(first, Find($"\"{_folder.File("a")}\""));
    }

    [Fact]
    public void Entries_that_depend_on_the_current_folder_are_left_out()
    {
        var here = Program("here/tool");
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.GetDirectoryName(here)!);

        Assert.True(File.Exists(Path.Combine(relative, Path.GetFileName(here))));
        Assert.Null(Find(relative, "", ".", "./" + relative));
        Assert.Equal(here, Find(relative, _folder.File("here")));
    }

    [Fact]
    public void What_cannot_be_started_is_no_program()
    {
        Directory.CreateDirectory(_folder.File("folder/tool"));
        _folder.Write("text/tool", "");
        var program = Program("program/tool");

        Assert.Equal(program, Find(_folder.File("folder"), _folder.File("text"), _folder.File("program")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_PATH_there_is_none(string? path) => Assert.Null(ProgramFile.Find("tool", path));

    [Theory]
    [InlineData("tool", false)]
    [InlineData("./tool", false)]
    [InlineData("../tool", false)]
    [InlineData("", false)]
    [InlineData("~/tool", false)]
    public void A_path_that_depends_on_the_current_folder_is_not_full(string path, bool isFull) => Assert.Equal(isFull, ProgramFile.IsFull(path));

    private static string? Find(params string[] path) => ProgramFile.Find("tool", string.Join(Path.PathSeparator, path));

    private string Program(string name)
    {
        var file = _folder.Write(OperatingSystem.IsWindows() ? name + ".exe" : name, "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return file;
    }
}
