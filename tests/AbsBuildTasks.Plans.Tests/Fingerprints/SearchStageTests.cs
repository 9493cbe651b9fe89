using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Plans.Tests.Fingerprints;

public class SearchStageTests
{
    [Fact]
    public void A_stage_is_over_in_all_phases_behind_its_own()
    {
        Assert.Equal(RunPhase.All.Skip(1), Behind(SearchStage.Training));
        Assert.Equal(RunPhase.All.Skip(2), Behind(SearchStage.Baseline));
        Assert.Equal([RunPhase.FineTune, RunPhase.Evaluate], Behind(SearchStage.Search));

        static IEnumerable<string> Behind(SearchStage stage) => RunPhase.All.Where(stage.IsBefore);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("compile")]
    public void None_is_over_in_what_is_no_phase(string? phase) => Assert.All(SearchStage.All, stage => Assert.False(stage.IsBefore(phase)));
}
