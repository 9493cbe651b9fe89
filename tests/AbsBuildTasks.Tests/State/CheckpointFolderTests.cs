using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Tests.State;

public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly string First = new('1', 64);
    private static readonly string Second = new('2', 64);

    private readonly TemporaryFolder _folder = new();

    private CheckpointFolder Checkpoints => new(_folder.Path, "digits");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_search_has_a_folder_of_its_own()
    {
        Assert.NotEqual(Checkpoints.Of(First), Checkpoints.Of(Second));
        Assert.NotEqual(Checkpoints.Of(First), new CheckpointFolder(_folder.Path, "letters").Of(First));
        Assert.Equal(Path.Combine(_folder.Path, "checkpoints", "digits", First[..16]), Checkpoints.Of(First));
    }

    [Fact]
    public void A_new_search_removes_what_others_left_but_not_its_own()
    {
        Interrupt(First);
        Interrupt(Second);

        Checkpoints.RemoveOthers(Second);

        Assert.False(Directory.Exists(Checkpoints.Of(First)));
        Assert.True(Directory.Exists(Checkpoints.Of(Second)));
    }

    [Fact]
    public void What_belongs_to_further_plans_of_the_model_stays()
    {
        Interrupt(First);
        Interrupt(Second);

        Checkpoints.RemoveOthers(Second, First);

        Assert.True(Directory.Exists(Checkpoints.Of(First)));
    }

    [Fact]
    public void A_search_that_is_done_leaves_nothing()
    {
        Interrupt(First);

        Checkpoints.RemoveThat(First);
        Checkpoints.RemoveThat(First);
        Checkpoints.RemoveOthers(Second);

        Assert.False(Directory.Exists(Checkpoints.Of(First)));
    }

    [Fact]
    public void What_another_build_is_using_stays()
    {
        Interrupt(First);
        using (FolderLock.TryTake(Checkpoints.Of(First), TimeSpan.Zero))
        {
            Checkpoints.RemoveOthers(Second);
            Checkpoints.RemoveThat(First);
            Assert.NotEmpty(Directory.GetFiles(Checkpoints.Of(First), "search.checkpoint"));
        }

        Checkpoints.RemoveOthers(Second);
        Assert.False(Directory.Exists(Checkpoints.Of(First)));
    }

    private void Interrupt(string fingerprint) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Checkpoints.Of(fingerprint)).FullName, "search.checkpoint"), "state");
}
