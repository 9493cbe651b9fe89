using AbsBuildTasks.Search.Budgeting;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Budgeting;

public class BudgetScheduleTests
{
    [Fact]
    public void The_target_falls_evenly_in_logarithm_and_stays_at_the_budget()
    {
        var schedule = new BudgetSchedule(0.0625, 0.01);

        Assert.Equal(0.0625, schedule.Target(0), 9);
        Assert.Equal(Math.Sqrt(0.0625 * 0.01), schedule.Target(0.35), 9);
        Assert.Equal(0.01, schedule.Target(0.7), 9);
        Assert.Equal(0.01, schedule.Target(1), 9);
    }

    [Property]
    public bool Lambda_pushes_only_above_the_target_and_harder_the_further(PositiveInt start, PositiveInt cost, byte step)
    {
        var (from, progress) = (start.Get / 1000.0, step / 255.0);
        var schedule = new BudgetSchedule(from, 0.01);
        var (target, at) = (schedule.Target(progress), cost.Get / 1000.0);
        return at <= target ? schedule.Lambda(at, progress) == 0 : schedule.Lambda(at, progress) > 0 && schedule.Lambda(at * 2, progress) > schedule.Lambda(at, progress);
    }

    [Fact]
    public void A_budget_above_the_starting_cost_asks_for_nothing() => Assert.Equal(0, new BudgetSchedule(0.05, 0.2).Lambda(0.05, 0.5));
}
