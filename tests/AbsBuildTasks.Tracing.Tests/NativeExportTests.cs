using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Networks around modules that are one call inside torch, or around parameters of their own: each is written and equal, or refused by name.</summary>
public sealed class NativeExportTests
{
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["RNN"] = "RNN_forward (",
        ["RNN both ways"] = "RNN_forward (",
        ["LSTMCell"] = "LSTMCell_forward (",
        ["GRUCell"] = "GRUCell_forward (",
        ["RNNCell"] = "RNNCell_forward (",
        ["attention"] = "MultiheadAttention_forward (",
        ["attention of three"] = "MultiheadAttention_forward (",
        ["encoder"] = "TransformerEncoderLayer_forward (",
        ["decoder"] = "TransformerDecoderLayer_forward (",
        ["Bilinear"] = "functional_bilinear (",
        ["EmbeddingBag"] = "EmbeddingBag_forward (",
        ["weighed bag"] = "EmbeddingBag_forward (",
    };

    /// <summary>How many of the networks are refused.</summary>
    internal static int RefusedCount => Refused.Count;

    /// <summary>The others, as <see cref="Networks"/> calls them.</summary>
    internal static string[] Written => [.. Names.Except(Refused.Keys).Select(name => Networks.Native + name)];

    private static IEnumerable<string> Names => NativeNetworks.All.Cast<object[]>().Select(row => (string)row[0]);

    [Fact]
    public void Only_such_networks_are_expected_to_be_refused() =>
        Assert.Subset(Names.ToHashSet(StringComparer.Ordinal), Refused.Keys.ToHashSet(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void Each_gives_what_its_plan_was_evaluated_with_or_is_refused_by_name(string name)
    {
        if (Refused.TryGetValue(name, out var function))
        {
            var refused = Assert.Throws<RefusedException>(() => Write(name));

            Assert.Equal(AbsCodes.NotExportable, refused.Code);
            Assert.Contains(function, refused.Message, StringComparison.Ordinal);
            Assert.Contains("NativeNetworks.cs:", refused.Message, StringComparison.Ordinal);
            return;
        }

        var (file, _, input, shape, wanted) = Write(name);

        var values = Exported.Run(file, input, shape, isOptimised: false);

        // As for all networks.
        Assert.InRange(CompressedFile.MeanDifference(values, wanted), 0, 2e-3);
        Assert.InRange(CompressedFile.OtherAnswers(values, wanted), 0, 1);
    }

    private static (byte[] File, Dictionary<string, int> Kept, float[] Input, long[] Shape, float[] Wanted) Write(string name) =>
        CompressedFile.Of(Networks.Native + name, "symmetric", "4;8");
}
