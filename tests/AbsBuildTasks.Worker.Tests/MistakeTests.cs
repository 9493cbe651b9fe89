using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>Model code that does to its process what a search does not survive.</summary>
public sealed class MistakeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-mistake-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("exit", "The model project's code ended the search's process with Environment.Exit, in IAbsModel.LoadData or what that calls; throw an exception instead")]
    [InlineData("thread", "The model project's code failed: TimeoutException: The database does not answer (at AbsBuildTasks.Worker.Tests.Mistake")]
    [InlineData("task", "The model project's code failed: TimeoutException: The database does not answer (at AbsBuildTasks.Worker.Tests.Mistake")]
    [InlineData("static", "The model project's code failed: FormatException: The input string 'one' was not in a correct format (at AbsBuildTasks.Worker.Tests.Mistake")]
    public void The_build_hears_what_the_models_code_did(string mistake, string says)
    {
        using var worker = Start(mistake);

        _ = worker.ToEnd();

        var error = Assert.IsType<ErrorEvent>(worker.Events[^1]);
        Assert.Equal(AbsCodes.ModelCodeFailed, error.Code);
        Assert.StartsWith(says, error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_models_code_prints_is_no_word_of_the_worker()
    {
        using var worker = Start("print");

        _ = worker.ToEnd();

        Assert.Equal(0, worker.ExitCode);
        Assert.IsType<DoneEvent>(worker.Events[^1]);
        Assert.Single(worker.Events.OfType<DoneEvent>());
        Assert.Contains(worker.Events.OfType<ProgressEvent>(), progress => progress.Phase == "train" && progress.Epoch == 1);
    }

    /// <summary>The runtime ends the process there and then; the build makes words of what it prints.</summary>
    [Theory]
    [InlineData("recursion", "Stack overflow.")]
    [InlineData("fail-fast", "Wrong machine.")]
    public void An_end_without_a_word_leaves_what_the_runtime_prints(string mistake, string says)
    {
        using var worker = Start(mistake);

        var errors = worker.ToEnd();

        Assert.DoesNotContain(worker.Events, word => word is ErrorEvent or DoneEvent);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.Contains("   at AbsBuildTasks.Worker.Tests.Mistake.", errors, StringComparison.Ordinal);
    }

    private WorkerRun Start(string mistake) => WorkerRun.Start(_folder, WorkerRun.ShortSearch, new Dictionary<string, string> { [Mistake.Variable] = mistake });
}
