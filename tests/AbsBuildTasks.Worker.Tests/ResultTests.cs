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

    /// <summary>A queue may run two copies of a job. Each has its plan; what the build takes is that of the first.</summary>
    [Fact]
    public void Of_two_copies_of_a_job_the_first_result_counts_and_stays_as_it_is()
    {
        var job = new JobFolder(Path.Combine(_folder, "job"));
        Assert.DoesNotContain(Copy(job.Run(1)), IsSecond);
        var result = Files(job.Result);
        Assert.Equal(["stripes.plan.json", "stripes.run.json", "stripes.weights.zip"], result.Keys.Order(StringComparer.Ordinal));

        Assert.Contains(Copy(job.Run(2)), IsSecond);

        Assert.Equal(result, Files(job.Result));
        Assert.False(Directory.Exists(JobFolder.FilesOf(job.Run(1))));
        Assert.True(Directory.Exists(JobFolder.FilesOf(job.Run(2))));

        static bool IsSecond(WorkerEvent told) => told is MessageEvent { Text: "another copy of the job was first with its result, which counts" };

        static Dictionary<string, DateTime> Files(string folder) => Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), File.GetLastWriteTimeUtc);
    }

    private IReadOnlyList<WorkerEvent> Copy(string runFolder)
    {
        Directory.CreateDirectory(runFolder);
        using var worker = WorkerRun.Start(_folder, WorkerRun.ShortSearch, runFolder: runFolder);
        var errors = worker.ToEnd();
        Assert.True(worker.ExitCode == 0, errors);
        _ = Assert.IsType<DoneEvent>(worker.Events[^1]);
        return worker.Events;
    }
}
