using System.Globalization;
using AbsBuildTasks.Search.Tests.RandomNetworks.Checks;
using Xunit;
using Xunit.Abstractions;

namespace AbsBuildTasks.Search.Tests.RandomNetworks;

/// <summary>Plans of networks that nobody chose are compared with what is loaded.</summary>
public class RandomNetworkTests(ITestOutputHelper output)
{
    /// <summary>
    /// Names the seeds to search, as <c>200</c> for 1 to 200 or <c>17-17</c> for one. What came of each is written to
    /// <c>random-networks.txt</c> beside the test's assembly, as it comes.
    /// </summary>
    internal const string Seeds = "ABS_RANDOM_NETWORKS";

    [Theory]
    [InlineData(6)]
    [InlineData(28)]
    [InlineData(35)]
    [InlineData(43)]
    [InlineData(82)]
    [InlineData(87)]
    [InlineData(93)]
    [InlineData(101)]
    [InlineData(107)]
    [InlineData(136)]
    [InlineData(180)]
    [InlineData(190)]
    public void A_random_network_is_whole(int seed)
    {
        var verdict = NetworkCheck.Run(seed);
        output.WriteLine(verdict.ToString());

        // Others may be refused for a true reason; all of these can be searched.
        Assert.True(verdict is { IsWrong: false, Code: null }, verdict.ToString());
    }

    [ManySeedsFact]
    public void So_are_many()
    {
        var text = Environment.GetEnvironmentVariable(Seeds)!.Split('-');
        var last = int.Parse(text[^1], CultureInfo.InvariantCulture);
        var first = text.Length > 1 ? int.Parse(text[0], CultureInfo.InvariantCulture) : 1;
        var verdicts = new List<Verdict>();
        using var log = new StreamWriter(Path.Combine(AppContext.BaseDirectory, "random-networks.txt")) { AutoFlush = true };
        for (var seed = first; seed <= last; seed++)
        {
            var verdict = NetworkCheck.Run(seed);
            verdicts.Add(verdict);
            log.WriteLine(verdict);
        }

        var wrong = verdicts.Where(verdict => verdict.IsWrong).ToArray();
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {verdicts.Count} are wrong: {string.Join(", ", wrong.Select(verdict => verdict.Seed))}\n{string.Join("\n", wrong.Select(verdict => verdict.ToString()))}");
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ManySeedsFactAttribute : FactAttribute
    {
        public ManySeedsFactAttribute()
        {
            if (Environment.GetEnvironmentVariable(Seeds) is null)
            {
                Skip = $"Set {Seeds}=200 to search 200 random networks.";
            }
        }
    }
}
