using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Settings;

public class BitPairsTests
{
    private static readonly BitChain Chain = BitChain.Of(2, 4, 8, 16);

    private static readonly BitPair[] Everything = [.. Chain.SelectMany(weights => Chain.Select(activations => new BitPair(weights, activations)))];

    /// <summary>Sets of pairs with one that has the fewest bits of both.</summary>
    private static Arbitrary<BitPair[]> Sets => (
        from lowest in Gen.Elements(Everything)
        from others in Gen.ListOf(Gen.Elements(Everything))
        select others.Where(pair => pair.IsFrom(lowest)).Prepend(lowest).Distinct().ToArray()).ToArbitrary();

    [Property]
    public Property Every_pair_is_on_the_way_down_from_the_highest_or_up_from_the_lowest() => Prop.ForAll(Sets, set =>
    {
        var pairs = Of(set);
        return Reached(pairs.Lowest, pairs.Above).SetEquals(set)
            && Array.TrueForAll(set, pair => Reached(pair, pairs.Below).Contains(pairs.Lowest))
            && Array.TrueForAll(set, pairs.Contains)
            && Everything.Count(pairs.Contains) == set.Length;
    });

    [Property]
    public Property A_step_down_is_undone_by_a_step_up() => Prop.ForAll(Sets, set =>
    {
        var pairs = Of(set);
        return Array.TrueForAll(set, pair => pairs.Below(pair).All(lower => pairs.Above(lower).Contains(pair)) && pairs.Above(pair).All(higher => pairs.Below(higher).Contains(pair)));
    });

    [Property]
    public Property What_gates_choose_gets_no_fewer_bits_of_either_if_such_a_pair_runs() => Prop.ForAll(Sets, set =>
    {
        var pairs = Of(set);
        return pairs.Weights.SelectMany(weights => pairs.Activations.Select(activations => new BitPair(weights, activations))).All(wanted =>
        {
            var nearest = pairs.Nearest(wanted);
            return set.Contains(nearest)
                && (!set.Contains(wanted) || nearest == wanted)
                && (nearest.IsFrom(wanted) || (wanted.IsFrom(nearest) && !Array.Exists(set, pair => pair.IsFrom(wanted))));
        });
    });

    [Fact]
    public void Where_all_pairs_run_a_step_changes_one_of_the_two_weights_first()
    {
        var pairs = BitPairs.Of(BitChain.Default, BitChain.Default, TargetTable.Any, "");

        Assert.Equal([new(2, 4), new(4, 2)], pairs.Below(new(4, 4)));
        Assert.Equal([new(8, 4), new(4, 8)], pairs.Above(new(4, 4)));
        Assert.Empty(pairs.Below(new(2, 2)));
        Assert.Empty(pairs.Above(new(8, 8)));
        Assert.Equal((new BitPair(2, 2), new BitPair(8, 8)), (pairs.Lowest, pairs.Highest));
        Assert.Equal((BitChain.Default, BitChain.Default), (pairs.Weights, pairs.Activations));
    }

    [Fact]
    public void A_diagonal_is_walked_by_both_at_once()
    {
        var pairs = Of(new(4, 4), new(8, 8), new(16, 16));

        Assert.Equal([new(4, 4)], pairs.Below(new(8, 8)));
        Assert.Equal([new(16, 16)], pairs.Above(new(8, 8)));
        Assert.Equal(new(8, 8), pairs.Nearest(new(4, 8)));
        Assert.Equal(new(16, 16), pairs.Nearest(new(16, 4)));
    }

    [Fact]
    public void What_is_wanted_above_all_pairs_gets_the_most_bits_there_are()
    {
        var pairs = Of(new(4, 4), new(4, 8), new(8, 4));

        Assert.Equal(new(8, 4), pairs.Nearest(new(8, 8)));
        Assert.Equal(new(8, 4), pairs.Highest);
    }

    [Fact]
    public void Full_precision_is_a_pair_like_others()
    {
        var pairs = BitPairs.Of(BitChain.FullPrecision, BitChain.FullPrecision, TargetTable.Find("onnxruntime-cpu")!, "");

        Assert.Equal((new(32, 32), BitChain.FullPrecision), (pairs.Lowest, pairs.Weights));
    }

    [Fact]
    public void A_kept_layer_has_one_pair()
    {
        var pairs = BitPairs.Of(BitChain.Default, BitChain.Default, TargetTable.Find("w4a8")!, "");

        Assert.Equal(("4;8", "8"), (pairs.Weights.ToString(), pairs.Activations.ToString()));
        Assert.Equal(("8", "8"), (pairs.Only(new(8, 8)).Weights.ToString(), pairs.Only(new(8, 8)).Activations.ToString()));
    }

    [Fact]
    public void What_has_no_pair_is_refused()
    {
        var error = Assert.Throws<AbsException>(() => BitPairs.Of(BitChain.Of(2, 4), BitChain.Default, TargetTable.Find("npu-int8")!, "WeightBits=\"2;4\" and Bits=\"2;4;8\""));

        Assert.Equal(AbsCodes.TargetContradicted, error.Code);
        Assert.Equal("WeightBits=\"2;4\" and Bits=\"2;4;8\" and DeployTarget=\"npu-int8\" have no pair of weight and input bits in common: the target runs 8/8. Change one of the two.", error.Message);
    }

    [Fact]
    public void What_has_no_lowest_pair_is_refused()
    {
        var error = Assert.Throws<AbsException>(() => Of(new(4, 8), new(8, 4), new(8, 8)));

        Assert.Equal(AbsCodes.TargetContradicted, error.Code);
        Assert.Equal("Bits=\"2;4;8;16\" and DeployTarget=\"mcu\" leave 4/8, 8/4, 8/8, and none of these has the fewest bits of weights and of inputs, which a search goes down to. Leave bits out with WeightBits or ActivationBits.", error.Message);
    }

    private static BitPairs Of(params BitPair[] pairs) => BitPairs.Of(Chain, Chain, new Target { Name = "mcu", Pairs = pairs }, $"Bits=\"{Chain}\"");

    private static HashSet<BitPair> Reached(BitPair from, Func<BitPair, IEnumerable<BitPair>> steps)
    {
        var reached = new HashSet<BitPair> { from };
        var open = new Queue<BitPair>(reached);
        while (open.TryDequeue(out var pair))
        {
            foreach (var next in steps(pair).Where(reached.Add))
            {
                open.Enqueue(next);
            }
        }

        return reached;
    }
}
