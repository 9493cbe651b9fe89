using System.Globalization;
using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>How a random network is searched: in a second, and in any of the ways a user may ask for.</summary>
internal static partial class RandomSettings
{
    [GeneratedRegex("([0-9.]+)% to ([0-9.]+)% of (?:its|their) ")]
    private static partial Regex Range();

    /// <summary>The same settings under budgets from one that few filters are left under to wider ones.</summary>
    public static IEnumerable<SearchSettings> Of(int seed)
    {
        var settings = Widest(seed);

        // What is left of the filters is about the square root of the share of what the lowest bits cost.
        var lowest = settings.Bits.Lowest * settings.Bits.Lowest / 1024.0;
        var first = new Dice(seed + 3_000_000).Pick(0.05, 0.1, 0.2, 0.3);
        foreach (var share in new[] { first, 0.4, 0.7, 1, 2 })
        {
            yield return settings with { Budget = settings.Budget.Limits[CostKind.Size].IsSet ? new Budget { RelativeSize = Math.Min(1, settings.Bits.Lowest / 32.0 * Math.Sqrt(share) * 1.2) } : new Budget(Math.Min(1, lowest * share)) };
        }
    }

    /// <summary>The same settings under a budget a little above the least that a network reaches, which may be most of it: what the search leaves alone counts.</summary>
    /// <param name="seed">As above.</param>
    /// <param name="refusal">What the search said of a lower budget.</param>
    public static SearchSettings AboveLeast(int seed, AbsException refusal)
    {
        var settings = Widest(seed);
        double[] range = [.. Range().Match(refusal.Message).Groups.Values.Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture) / 100)];
        var share = Math.Round(Math.Min(1, range[0] + (0.2 * (range[1] - range[0]))), 8);
        return settings with { Budget = settings.Budget.Limits[CostKind.Size].IsSet ? new Budget { RelativeSize = share } : new Budget(share) };
    }

    /// <summary>Under a budget that every network meets.</summary>
    public static SearchSettings Widest(int seed)
    {
        var dice = new Dice(seed + 2_000_000);
        return new SearchSettings
        {
            Budget = dice.Chance(0.85) ? new Budget(1) : new Budget { RelativeSize = 1 },
            KeepFirstAndLast = dice.Chance(0.1),
            FilterGroup = dice.Chance(0.15) ? 2 : 1,
            Bits = BitChain.Parse(dice.Pick("2;4;8", "4;8", "8", "8", "16")),
            Grid = dice.Chance(0.8) ? WeightGrid.Symmetric : WeightGrid.Unit,
            Gate = dice.Chance(0.8) ? GateKind.Threshold : GateKind.Logit,
            WeightNormalization = dice.Chance(0.15),
            Distillation = dice.Chance(0.15) ? 0.5 : 0,
            Seed = seed,
            BatchSize = dice.Pick(8, 12, 16, 30),
            TrainEpochs = 2,
            SearchEpochs = 2,
            FineTuneEpochs = dice.Pick(1, 1, 2),
            LearningRate = 0.01,
            WeightScales = dice.Chance(0.2) ? ScaleKind.Filter : null,
        };
    }

    public static SearchJob Job(SearchSettings settings) => new()
    {
        Model = "random",
        Fingerprint = new string('0', 64),
        Settings = settings,
        Context = new ModelContext(Path.GetTempPath(), []),
        Device = CPU,
    };
}
