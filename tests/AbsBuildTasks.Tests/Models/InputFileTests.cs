using AbsBuildTasks.Models;

namespace AbsBuildTasks.Tests.Models;

public class InputFileTests
{
    [Theory]
    [InlineData("/home/me/models", "data/x.csv", "data/x.csv")]
    [InlineData("/home/me/models", "../data/x.csv", "../data/x.csv")]
    [InlineData("/home/me/models", "/home/me/data/x.csv", "../data/x.csv")]
    [InlineData("/home/me/models", "/home/me/models/x.csv", "x.csv")]
    [InlineData("/home/me/models/", "/home/data/x.csv", "../../data/x.csv")]
    [InlineData("/", "data/x.csv", "data/x.csv")]
    public void Files_are_named_by_their_path_from_the_project(string project, string path, string name) =>
        Assert.Equal(name, InputFile.At(path, Rooted(project)).Name.Replace(Root, "/", StringComparison.Ordinal));

    [Theory]
    [InlineData("/home/me/models")]
    [InlineData("/home/me/deep/down/models")]
    [InlineData("/models")]
    public void Files_that_share_only_the_root_with_the_project_have_one_name_wherever_it_lies(string project)
    {
        var file = InputFile.At(Rooted("/data/cifar/x.bin"), Rooted(project));

        Assert.Equal(Rooted("/data/cifar/x.bin"), file.Name);
        Assert.Equal(Path.GetFullPath(file.Name), file.FullPath);
    }

    private static string Root => Path.GetPathRoot(Path.GetFullPath("/"))!.Replace('\\', '/');

    private static string Rooted(string path) => path.StartsWith('/') ? Root + path[1..] : path;
}
