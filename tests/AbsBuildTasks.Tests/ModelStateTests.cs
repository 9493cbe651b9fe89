using AbsBuildTasks.State;

namespace AbsBuildTasks.Tests;

public sealed class ModelStateTests : IDisposable
{
    private static readonly string First = new('a', 64);
    private static readonly string Second = new('b', 64);

    private readonly TemporaryFolder _folder = new();

    private ModelState State => new(_folder.Path, "digits");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_is_there_once_it_is_taken_and_no_other_is()
    {
        Take(First);
        Take(Second);

        Assert.False(State.Has(First));
        Assert.True(State.Has(Second));
        Assert.Equal(State.PlanFile(Second), State.CurrentPlanFile());
        Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "digits")));
    }

    [Fact]
    public void A_plan_with_a_file_missing_is_not_there()
    {
        Take(First);
        File.Delete(State.Files(First)[0]);

        Assert.False(State.Has(First));
        Take(First);
        Assert.True(State.Has(First));
    }

    [Fact]
    public void What_a_killed_build_gathered_changes_nothing_and_is_removed_by_the_next()
    {
        Take(First);
        Gather();

        Assert.True(State.Has(First));
        Assert.Equal(State.PlanFile(First), State.CurrentPlanFile());
        Take(Second);
        Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "digits")));
    }

    [Fact]
    public void Without_a_build_there_is_no_current_plan() => Assert.Null(State.CurrentPlanFile());

    private string Gather()
    {
        var temporary = State.CreateTemporaryFolder();
        foreach (var name in State.FileNames)
        {
            File.WriteAllText(Path.Combine(temporary, name), name);
        }

        return temporary;
    }

    private void Take(string fingerprint) => State.Take(Gather(), fingerprint);
}
