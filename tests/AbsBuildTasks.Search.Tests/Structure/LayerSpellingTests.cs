using AbsBuildTasks.Search.Structure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Structure;

public class LayerSpellingTests
{
    private const int Layers = 40;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 6)]
    [InlineData(4, 40)]
    public void Whatever_layers_a_channel_depends_on_they_are_found(int seed, int most)
    {
        var random = new Random(seed);
        var wanted = Enumerable.Range(0, Layers).Select(_ => Some(random, most)).ToArray();
        var outputs = Some(random, most);

        var (channels, found, _) = Find(wanted, outputs);

        Assert.Equal(outputs, found);
        Assert.All(channels.All.Zip(wanted), pair => Assert.Equal(pair.Second, pair.First.Filters.Keys));
    }

    [Fact]
    public void Layers_of_a_chain_take_few_runs()
    {
        var (_, _, runs) = Find([.. Enumerable.Range(0, Layers).Select(layer => layer == 0 ? [] : new SortedSet<int> { layer - 1 })], [Layers - 1]);

        // Six digits and their complements.
        Assert.Equal(12, runs);
    }

    [Fact]
    public void Layers_within_residual_blocks_take_no_runs_of_their_own()
    {
        var (wanted, outputs) = Blocks();
        var (_, _, runs) = Find(wanted, outputs);

        Assert.InRange(runs, 20, 12 + 1 + 22);
    }

    [Fact]
    public void Layers_of_a_sum_take_no_runs_of_their_own_where_the_guess_is_right()
    {
        var (wanted, outputs) = Blocks();
        var (channels, found, runs) = Find(wanted, outputs, groups => [.. groups.Select(group => new LayerGuess(group.Consumer is { } consumer ? wanted[consumer] : outputs, Earlier(group)))]);

        Assert.Equal(outputs, found);
        Assert.All(channels.All.Zip(wanted), pair => Assert.Equal(pair.Second, pair.First.Filters.Keys));

        // Six digits and their complements, and the sum and all else.
        Assert.Equal(12 + 2, runs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_guess_that_leaves_layers_out_misleads_nothing(int seed)
    {
        var random = new Random(seed);
        var (wanted, outputs) = seed < 3 ? Blocks() : ([.. Enumerable.Range(0, Layers).Select(_ => Some(random, Layers / 2))], Some(random, 6));
        var (channels, found, _) = Find(
            wanted,
            outputs,
            groups => [.. groups.Select(group => new LayerGuess((group.Consumer is { } consumer ? wanted[consumer] : outputs).Where(_ => random.NextDouble() < 0.8).ToHashSet(), Enumerable.Range(0, Layers).ToHashSet()))]);

        Assert.Equal(outputs, found);
        Assert.All(channels.All.Zip(wanted), pair => Assert.Equal(pair.Second, pair.First.Filters.Keys));
    }

    /// <summary>Even layers feed the next one alone; odd ones add to a sum that every even one behind them sees.</summary>
    private static (SortedSet<int>[] Wanted, SortedSet<int> Outputs) Blocks() => (
        [.. Enumerable.Range(0, Layers).Select(layer => new SortedSet<int>(layer % 2 == 1 ? [layer - 1] : Enumerable.Range(0, layer / 2).Select(block => (2 * block) + 1)))],
        [.. Enumerable.Range(0, Layers / 2).Select(block => (2 * block) + 1)]);

    private static HashSet<int> Earlier(ChannelGroup group) => [.. Enumerable.Range(0, group.Consumer ?? Layers)];

    private static SortedSet<int> Some(Random random, int most) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => random.Next(Layers))];

    private static (TracedChannels Channels, IEnumerable<int> Outputs, int Runs) Find(SortedSet<int>[] wanted, SortedSet<int> outputs, Func<IReadOnlyList<ChannelGroup>, IReadOnlyList<LayerGuess>?>? guess = null)
    {
        var (channels, runs) = (new TracedChannels(wanted.Select(_ => 1)), 0);
        var found = new LayerSpelling([.. Enumerable.Range(0, Layers)], channels, Layers, isOn =>
        {
            runs++;
            bool[][] touched = [.. wanted.Select(some => new[] { some.Any(layer => isOn(layer)) })];
            return new TraceSight(outputs.Any(layer => isOn(layer)), true, [], touched, touched);
        }, guess ?? (_ => null)).Find();
        return (channels, found.Order(), runs);
    }
}
