using AbsBuildTasks.Plans.Errors;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class ModelContextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void A_covered_file_is_resolved_in_the_project()
    {
        var file = Touch("data.csv");

        Assert.Equal(file, new ModelContext(_folder, [file]).DataFile("data.csv"));
        Assert.Equal(file, new ModelContext(_folder, [file]).DataFile(file));
    }

    [Fact]
    public void A_data_file_of_another_folder_is_found_by_its_name_if_just_one_has_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "one"));
        Directory.CreateDirectory(Path.Combine(_folder, "two"));
        var (here, also, other) = (Touch("one/data.csv"), Touch("two/data.csv"), Touch("two/other.csv"));

        Assert.Equal(other, new ModelContext(_folder, [here, also, other]).DataFile("other.csv"));
        Assert.Equal(AbsCodes.DataFileMissing, Assert.Throws<AbsException>(() => new ModelContext(_folder, [here, also]).DataFile("data.csv")).Code);
    }

    [Fact]
    public void A_missing_file_is_an_error() => Fails(AbsCodes.DataFileMissing, "none.csv");

    [Fact]
    public void A_file_that_the_fingerprint_does_not_cover_is_an_error()
    {
        Touch("other.csv");
        Fails(AbsCodes.DataFileNotCovered, "other.csv");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Fails(string code, string path) =>
        Assert.Equal(code, Assert.Throws<AbsException>(() => new ModelContext(_folder, []).DataFile(path)).Code);

    private string Touch(string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "");
        return path;
    }
}
