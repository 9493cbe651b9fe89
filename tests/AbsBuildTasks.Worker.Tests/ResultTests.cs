using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Worker.Tests;

public sealed class ResultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-result-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_result_that_cannot_be_written_is_a_matter_of_the_disk_and_no_defect()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "out", "stripes.weights.zip"));
        using var worker = WorkerRun.Start(_folder, new SearchSettings { Budget = new Budget(0.5), TrainEpochs = 1, SearchEpochs = 1, FineTuneEpochs = 1 });

        _ = worker.ToEnd();

        var error = Assert.IsType<ErrorEvent>(worker.Events[^1]);
        Assert.Equal(AbsCodes.FileAccess, error.Code);
        Assert.EndsWith(" Free the file, the folder or disk space, and build again.", error.Text, StringComparison.Ordinal);
        Assert.Equal(["stripes.weights.zip", "stripes.weights.zip.tmp"], Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "out")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }
}
