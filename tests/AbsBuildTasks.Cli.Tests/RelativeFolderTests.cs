using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests;

/// <summary>Folders as people name them: from where they are.</summary>
public sealed class RelativeFolderTests : IDisposable
{
    private readonly GitFolder _git = new();

    public void Dispose() => _git.Dispose();

    [UnixTheory]
    [InlineData("P", "AbsPlans")]
    [InlineData("P", "./AbsPlans/")]
    [InlineData("P/AbsPlans", ".")]
    [InlineData(".", "P/AbsPlans")]
    public void A_folder_is_compared_with_the_same_folder_of_the_main_branch(string current, string folder)
    {
        _git.Write("P/outside.plan.verified.json", SamplePlan.Digits with { Model = "outside" });
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);

        var run = GitFolder.Start(_git.File(current), Environment.GetEnvironmentVariable("PATH")!, "diff", folder);

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("the merge base of main, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("digits: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("gone: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("outside", run.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_folder_that_is_not_there_is_named_as_it_was_written()
    {
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);

        var run = GitFolder.Start(_git.File("P"), Environment.GetEnvironmentVariable("PATH")!, "diff", "AbsPlan");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS4007: There is no file or folder 'AbsPlan'; ", run.Error, StringComparison.Ordinal);
    }
}
