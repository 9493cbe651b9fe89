using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Data;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class SpecialDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-special-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [UnixTheory]
    [InlineData(SpecialFile.Pipe)]
    [InlineData(SpecialFile.LinkToPipe)]
    [InlineData(SpecialFile.LinkToZeros)]
    [InlineData(SpecialFile.Socket)]
    public void Nothing_waits_for_data_or_a_checkpoint_that_is_no_ordinary_file(string kind)
    {
        var file = Path.Combine(_folder, "data.csv");
        SpecialFile.Make(file, kind);

        Assert.Equal(AbsCodes.InvalidData, Assert.Throws<AbsException>(() => CsvReader.Read(file, classes: 2)).Code);
        Assert.Equal(AbsCodes.InvalidData, Assert.Throws<AbsException>(() => NpyReader.Read(file)).Code);
        Assert.Throws<CheckpointException>(() => CheckpointFile.Open(file, "search"));
    }
}
