using Build.Tests.Harness;

namespace Build.Tests.Faults;

/// <summary>Damage to what builds leave in obj and in the output folder is noticed by the next build, which mends it from the cache.</summary>
public sealed class DamageTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Theory]
    [InlineData("truncated")]
    [InlineData("emptied")]
    [InlineData("overwritten")]
    [InlineData("removed")]
    public async Task Damaged_files_are_made_anew(string damage)
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();
        foreach (var file in new[] { project.Output, project.State }.SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)))
        {
            Damage.Do(file, damage);
        }

        var outcome = (await project.BuildWithoutWorkerAsync()).Succeeded();

        Assert.Contains(damage == "removed" ? "the plan's files are gone from obj, as after a build that had other models; the plan is taken anew" : "tiny.weights.zip in obj is damaged or missing; the plan is taken anew", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(plans, project.Plans());
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync()).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_weights_are_noticed_where_their_length_is_right()
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();
        Damage.Do(Directory.GetFiles(project.State, "*.weights.zip", SearchOption.AllDirectories).Single(), "overwritten");

        var outcome = (await project.BuildWithoutWorkerAsync()).Succeeded();

        Assert.Contains("abs: tiny: plan taken from the cache", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(plans, project.Plans());
    }

    [Fact]
    public async Task Folders_in_the_place_of_a_plans_files_are_replaced()
    {
        var project = await feed.AcceptedCopyAsync();
        var plans = project.Plans();
        foreach (var file in Directory.GetFiles(Path.Combine(project.State, "plans", "tiny"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "current"))
        {
            Damage.Do(file, "folder");
        }

        (await project.BuildWithoutWorkerAsync()).Succeeded();

        Assert.Equal(plans, project.Plans());
    }
}
