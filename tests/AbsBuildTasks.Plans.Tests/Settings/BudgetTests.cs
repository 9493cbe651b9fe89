using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Settings;

public class BudgetTests
{
    [Property]
    public bool A_budget_reads_back_from_its_text_in_any_order(PositiveInt bops, PositiveInt size, NonNegativeInt drop, byte which)
    {
        string?[] parts =
        [
            (which & 1) != 0 ? FormattableString.Invariant($"bops={Percent(bops.Get)}%") : null,
            (which & 2) == 0 ? null : (which & 4) != 0 ? FormattableString.Invariant($"size={Percent(size.Get)}%") : FormattableString.Invariant($"size={size.Get}B"),
            (which & 8) != 0 || (which & 3) == 0 ? FormattableString.Invariant($"drop={drop.Get / 10_000m}") : null,
        ];
        var budget = Budget.Parse(string.Join(";", parts.OfType<string>()));
        var reversed = Budget.Parse(string.Join(" ; ", parts.OfType<string>().Reverse()).ToUpperInvariant() + ";");
        return budget == reversed && Budget.Parse(budget.ToString()) == budget && Budget.Parse(budget.ToString()).ToString() == budget.ToString();

        static decimal Percent(int millionths) => (((millionths - 1) % 100_000_000) + 1) / 1_000_000m;
    }

    [Property]
    public bool A_count_of_bytes_reads_back_from_its_text(PositiveInt small, PositiveInt large)
    {
        foreach (var bytes in new[] { small.Get, (long)small.Get * large.Get, small.Get * 1024L, long.MaxValue - small.Get, (long)small.Get * 1024 * 102.4m })
        {
            var budget = new Budget { SizeBytes = (long)bytes };
            if (Budget.Parse(budget.ToString()) != budget)
            {
                return false;
            }
        }

        return true;
    }

    [Theory]
    [InlineData("size=40KB", 40 * 1024, "size=40KB")]
    [InlineData("size=40960B", 40 * 1024, "size=40KB")]
    [InlineData("size= 39.3 kb", 40243, "size=39.3KB")]
    [InlineData("size=40000B", 40000, "size=40000B")]
    [InlineData("size=1.5MB", 3 * 512 * 1024, "size=1.5MB")]
    [InlineData("size=0.001KB", 1, "size=1B")]
    public void Sizes_are_in_the_units_of_reports(string text, long bytes, string canonical)
    {
        Assert.Equal(bytes, Budget.Parse(text).SizeBytes);
        Assert.Equal(canonical, Budget.Parse(text).ToString());
    }

    [Fact]
    public void A_limit_is_met_up_to_itself()
    {
        var budget = Budget.Parse("bops=5%;size=25%;drop=0.5");

        Assert.True(budget.Limits[CostKind.Bops].Allows(50, 1000) && budget.Limits[CostKind.Size].Allows(250, 1000) && budget.AllowsDrop(90.5, 90));
        Assert.False(budget.Limits[CostKind.Bops].Allows(51, 1000) || budget.Limits[CostKind.Size].Allows(251, 1000) || budget.AllowsDrop(90.5, 89.9999));
        Assert.False(budget.AllowsDrop(90.5, double.NaN));
        Assert.True(Budget.Parse("drop=0.00000002").AllowsDrop(-5e-8, -7e-8));
        Assert.False(Budget.Parse("drop=0.00000001").AllowsDrop(-5e-8, -7e-8));
        Assert.True(Budget.Parse("size=250B").Limits[CostKind.Size].Allows(250, 10));
        Assert.False(Budget.Parse("size=250B").Limits[CostKind.Size].Allows(251, 10));
        Assert.True(Budget.Parse("lambda=0.1").Limits[CostKind.Bops].Allows(1000, 1000));
    }

    [Property]
    public bool No_text_but_a_budget_is_read(NonNull<string> text, byte which)
    {
        try
        {
            var budget = Budget.Parse(new[] { "bops=", "size=", "drop=", "lambda=", "" }[which % 5] + text.Get);
            return Budget.Parse(budget.ToString()) == budget;
        }
        catch (AbsException error)
        {
            return error.Code == AbsCodes.InvalidBudget;
        }
    }

    [Theory]
    [InlineData("", "Budget=\"\": it is empty; write for example Budget=\"bops=5%\", Budget=\"size=40KB\" or Budget=\"bops=5%;drop=0.5\".")]
    [InlineData("5%", "Budget=\"5%\": '5%' cannot be read; write for example")]
    [InlineData("bops=5", "Budget=\"bops=5\": '5' is not a percentage; write for example")]
    [InlineData("bops=-5%", "'-5%' is not a percentage")]
    [InlineData("bops=0%", "'0%' is out of range; it is a share of the full-precision bit-operations, above 0%, at most 100%, with at most 6 decimals.")]
    [InlineData("size=101%", "'101%' is out of range; it is a share of the full-precision bytes")]
    [InlineData("bops=NaN%", "'NaN%' is not a percentage")]
    [InlineData("bops=1e1%", "'1e1%' is not a percentage")]
    [InlineData("bops=0.0000001%", "with at most 6 decimals")]
    [InlineData("size=40", "'40' is not a size; write bytes such as size=800B or size=40KB, or a share such as size=25%.")]
    [InlineData("size=0B", "'0B' is not a size")]
    [InlineData("size=0.5B", "'0.5B' is not a size")]
    [InlineData("size=9223372036855MB", "is not a size")]
    [InlineData("drop=1%", "'1%' is not a number; write points of the metric, such as drop=0.5.")]
    [InlineData("drop=-1", "'-1' is not a number")]
    [InlineData("drop=123456.00000000001", "is out of range")]
    [InlineData("drop=0.0000000000001", "'0.0000000000001' is out of range; drop is 0 to 1000000000, with at most 12 decimals.")]
    [InlineData("lambda=0", "'0' is out of range; lambda is 0.000001 to 1000, with at most 6 decimals.")]
    [InlineData("lambda=0.1;bops=5%", "lambda takes the place of all limits; state it alone.")]
    [InlineData("bops=5%;bops=6%", "bops is limited twice; state each limit once.")]
    [InlineData("macs=5%", "'macs' is not a limit; write for example")]
    public void What_is_no_budget_is_refused(string text, string message)
    {
        var error = Assert.Throws<AbsException>(() => Budget.Parse(text));

        Assert.Equal(AbsCodes.InvalidBudget, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_is_a_list_of_different_budgets()
    {
        var sweep = BudgetSweep.Parse(" bops=1.0% | drop=1;bops=2% || lambda=0.1 ");

        Assert.Equal("bops=1%|bops=2%;drop=1|lambda=0.1", sweep.ToString());
        Assert.Equal(sweep, BudgetSweep.Parse(sweep.ToString()));
        Assert.Equal(BudgetSweep.None, BudgetSweep.Parse(" "));
        Assert.NotEqual(sweep, BudgetSweep.None);
        var error = Assert.Throws<AbsException>(() => BudgetSweep.Parse("bops=1%|bops=1.0%"));
        Assert.Equal("Sweep=\"bops=1%|bops=1.0%\": bops=1% stands there twice; name each budget once.", error.Message);
    }

    [Theory]
    [InlineData("bops=1%;bops=2%", "Sweep=\"bops=1%;bops=2%\": in \"bops=1%;bops=2%\", bops is limited twice; state each limit once. Separate the budgets of a sweep by |, the limits of one budget by ;.")]
    [InlineData("bops=1%|size", "Sweep=\"bops=1%|size\": in \"size\", 'size' cannot be read; write for example Sweep=\"bops=1%|size=40KB\" or Sweep=\"bops=5%;drop=0.5|bops=3%\". Separate the budgets of a sweep by |, the limits of one budget by ;.")]
    public void A_budget_of_a_sweep_that_cannot_be_read_is_told_as_the_sweeps(string text, string message)
    {
        var error = Assert.Throws<AbsException>(() => BudgetSweep.Parse(text));

        Assert.Equal((AbsCodes.InvalidBudget, message), (error.Code, error.Message));
    }
}
