using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class CompressedExportTests
{
    private const string Levels = ".weight.levels";

    public static IEnumerable<object[]> All => Tried.All.Select(name => new object[] { name, "symmetric", "4;8" });

    [Theory]
    [MemberData(nameof(All))]
    [InlineData("digits", "symmetric", "2;4;8")]
    [InlineData("digits", "symmetric", "8")]
    [InlineData("digits", "symmetric", "4")]
    [InlineData("digits", "unit", "1;3;6")]
    [InlineData("digits", "unit", "12")]
    [InlineData("lenet", "symmetric", "2;4;8")]
    [InlineData("inception", "symmetric", "2;4;8")]
    [InlineData("residual", "symmetric", "2;4;8")]
    [InlineData("pre-activation", "symmetric", "2;4;8")]
    [InlineData("shared", "symmetric", "2;4;8")]
    [InlineData("depthwise", "symmetric", "2;4;8")]
    [InlineData("grouped", "symmetric", "2;4;8")]
    [InlineData("grouped transposed", "symmetric", "2;4;8")]
    [InlineData("shift", "symmetric", "2;4;8")]
    [InlineData("functional", "symmetric", "2;4;8")]
    [InlineData("rows", "symmetric", "2;4;8")]
    [InlineData("rows", "unit", "1;3;6")]
    [InlineData("rows", "symmetric", "12")]
    [InlineData("rows twice", "symmetric", "2;4;8")]
    [InlineData("rows twice, gru", "symmetric", "4;8")]
    [InlineData("rows again", "symmetric", "4;8")]
    [InlineData("rows both ways", "symmetric", "2;4;8")]
    [InlineData("rows both ways, gru", "symmetric", "2;4;8")]
    [InlineData("words", "symmetric", "2;4;8")]
    [InlineData("words", "symmetric", "8")]
    [InlineData("own parameters", "symmetric", "2;4;8")]
    [InlineData("own parameters", "symmetric", "8")]
    [InlineData("two names", "symmetric", "4")]
    [InlineData("own parameters", "unit", "1;3;6")]
    [InlineData("digits", "symmetric by filter", "2;4;8")]
    [InlineData("digits", "symmetric by filter", "8")]
    [InlineData("digits", "symmetric by filter", "2")]
    [InlineData("digits", "unit by filter", "1;3;6")]
    [InlineData("digits", "unit by filter", "12")]
    [InlineData("lenet", "symmetric by filter", "2;4;8")]
    [InlineData("resnet8", "symmetric by filter", "4;8")]
    [InlineData("mobilenet", "symmetric by filter", "4;8")]
    [InlineData("u-net", "symmetric by filter", "4;8")]
    [InlineData("depthwise twice", "symmetric by filter", "4;8")]
    [InlineData("attention", "symmetric by filter", "4;8")]
    [InlineData("shared", "symmetric by filter", "2;4;8")]
    [InlineData("depthwise", "symmetric by filter", "2;4;8")]
    [InlineData("grouped", "symmetric by filter", "2;4;8")]
    [InlineData("grouped transposed", "symmetric by filter", "2;4;8")]
    [InlineData("gated", "symmetric by filter", "4;8")]
    [InlineData("perceptron", "symmetric by filter", "2;4;8")]
    [InlineData("sequence", "symmetric by filter", "4;8")]
    [InlineData("removable transposed depthwise", "symmetric by filter", "4;8")]
    [InlineData("removable inverted residual", "symmetric by filter", "4;8")]
    [InlineData("removable shared", "symmetric by filter", "4;8")]
    [InlineData("removable three dimensions", "symmetric by filter", "4;8")]
    public void A_compressed_network_gives_what_its_plan_was_evaluated_with(string name, string grid, string bits)
    {
        var (file, kept, input, shape, wanted) = CompressedFile.Of(name, grid, bits);

        var exact = Exported.Run(file, input, shape, isOptimised: false);

        // Single values at ties may fall to the other side.
        Assert.InRange(CompressedFile.MeanDifference(exact, wanted), 0, 2e-3);
        Assert.InRange(CompressedFile.MeanDifference(Exported.Run(file, input, shape), wanted), 0, 3e-2);
        Assert.InRange(CompressedFile.OtherAnswers(exact, wanted), 0, 1);
        var filters = Filters(file);
        Assert.All(
            kept.Where(pair => filters.ContainsKey(pair.Key)),
            pair => Assert.True(filters[pair.Key] >= pair.Value, $"{pair.Key}: {filters[pair.Key]} of {pair.Value}"));
    }

    [Theory]
    [InlineData("digits", 5)]
    [InlineData("lenet", 4)]
    public void Of_a_chain_of_layers_only_the_kept_filters_are_written(string name, int layers)
    {
        var (file, kept, _, _, _) = CompressedFile.Of(name, "symmetric", "4;8");

        var filters = Filters(file);

        Assert.Equal(layers, filters.Count);
        Assert.All(filters, pair => Assert.Equal(kept[pair.Key], pair.Value));
    }

    [Theory]
    [InlineData("8", 17, nameof(OnnxType.Int8))]
    [InlineData("4", 21, nameof(OnnxType.Int4))]
    [InlineData("2", 25, nameof(OnnxType.Int2))]
    public void Weights_take_as_few_bits_as_the_plan_says(string bits, long opset, string type)
    {
        var (file, _, _, _, _) = CompressedFile.Of("digits", "symmetric", bits);

        var model = OnnxModel.Read(file, "file");

        Assert.Equal(opset, Assert.Single(model.Opsets).Version);
        Assert.Equal([type, type, type, type, type], model.Graph.Initializers.Where(tensor => tensor.Dims.Count > 1).Select(tensor => tensor.Type.ToString()));
    }

    [Fact]
    public void Parameters_that_no_layer_has_lie_in_the_file_as_whole_numbers()
    {
        var (file, _, _, _, _) = CompressedFile.Of("own parameters", "symmetric", "2;4");

        var graph = OnnxModel.Read(file, "file").Graph;
        Assert.Equal(
            // The token is repeated, and one weight is transposed: constants without a name.
            ["constant.levels", "constant_2.levels", "kernel.levels", "layer0.weight.levels", "layer1.weight.levels", "layer2.weight.levels", "places.levels", "weight.levels"],
            graph.Initializers.Where(tensor => tensor.Name.EndsWith(".levels", StringComparison.Ordinal)).Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.Equal([OnnxType.Int4, OnnxType.Int2], graph.Initializers.Where(tensor => tensor.Name.EndsWith(".levels", StringComparison.Ordinal)).Select(tensor => tensor.Type).Distinct().Order());
    }

    [Fact]
    public void What_has_two_names_is_looked_for_under_both()
    {
        var unpacked = Rewritten.Run<string[]>(string[] () =>
        {
            using var scope = NewDisposeScope();
            var weights = Path.GetTempFileName();
            try
            {
                _ = CompressedFile.Compress("two names", "symmetric", "4", weights);
                using var noGradient = no_grad();
                var (network, examples) = Networks.Make("two names", 5);

                // Whichever name comes first.
                var packed = CompressedModel.LoadWeights(network, weights, LayerKinds.All).Reverse().ToArray();
                return [.. CompressedExport.Write(Exported.Trace(network, examples), packed, Target.AllFuses).Unpacked, packed.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)];
            }
            finally
            {
                File.Delete(weights);
            }
        });

        // Layer and parameter under two names each, and the head: none of them in another form.
        Assert.Equal(["5"], unpacked);
    }

    [Theory]
    [InlineData("rows", 8)]
    [InlineData("rows twice", 6)]
    [InlineData("rows both ways", 5)]
    [InlineData("words", 3)]
    public void Weights_of_recurrent_layers_and_tables_lie_in_the_file_as_whole_numbers(string name, int weights)
    {
        var (file, _, _, _, _) = CompressedFile.Of(name, "symmetric", "2;4");

        var levels = OnnxModel.Read(file, "file").Graph.Initializers.Where(tensor => tensor.Name.EndsWith(".levels", StringComparison.Ordinal)).ToArray();

        Assert.Equal(weights, levels.Length);
        Assert.All(levels, tensor => Assert.Contains(tensor.Type, new[] { OnnxType.Int2, OnnxType.Int4 }));
    }

    [Theory]
    [InlineData("symmetric")]
    [InlineData("symmetric by filter")]
    public void Every_layer_between_quantisers_runs_on_integers(string grid)
    {
        var (file, _, _, _, _) = CompressedFile.Of("digits", grid, "2;4;8");

        var optimised = Exported.Optimised(file).Graph.Nodes.GroupBy(node => node.OpType).ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal((3, 1), (optimised["QLinearConv"], optimised["QGemm"]));
        Assert.False(optimised.ContainsKey("Conv"));
    }

    /// <summary>LeNet-5 has no normalisations, which would give each filter a factor of its own.</summary>
    [Theory]
    [InlineData("symmetric", "8")]
    [InlineData("symmetric by filter", "8")]
    [InlineData("symmetric by filter", "4")]
    [InlineData("symmetric by filter", "2")]
    public void There_is_a_scale_for_each_kept_filter_or_one_for_the_layer(string grid, string bits)
    {
        var (file, kept, _, _, _) = CompressedFile.Of("lenet", grid, bits);

        var graph = OnnxModel.Read(file, "file").Graph;
        var scales = graph.Initializers.Where(tensor => tensor.Name.EndsWith(".scale", StringComparison.Ordinal)).Select(tensor => (int)tensor.Dims.Aggregate(1L, (product, side) => product * side));

        Assert.Equal(kept.Values.Select(filters => grid == "symmetric" ? 1 : filters).Order(), scales.Order());
        Assert.All(
            graph.Nodes.Where(node => node.OpType == "DequantizeLinear" && node.Attributes.Any(attribute => attribute.Name == "axis")),
            node => Assert.Equal(0L, Assert.Single(node.Attributes).Value));
    }

    [Theory]
    [InlineData("digits", "2")]
    [InlineData("resnet8", "4;8")]
    [InlineData("mobilenet", "4;8")]
    public void A_layer_that_stays_in_floating_point_has_its_weight_made_once(string name, string bits)
    {
        var (file, _, _, _, _) = CompressedFile.Of(name, "symmetric", bits);

        var optimised = Exported.Optimised(file).Graph;

        var constants = optimised.Initializers.Select(tensor => tensor.Name).ToHashSet();
        var layers = optimised.Nodes.Where(node => node.OpType is "Conv" or "FusedConv" or "Gemm" or "FusedGemm").ToArray();
        Assert.NotEmpty(layers);
        Assert.All(layers, layer => Assert.Contains(layer.Inputs[1], constants));
    }

    [Fact]
    public void A_layer_that_is_not_written_on_its_levels_is_refused_by_name()
    {
        var refused = Assert.Throws<RefusedException>(() => Rewritten.Run<byte[]>(() =>
        {
            using var noGradient = no_grad();
            var (network, examples) = Networks.Make("lenet", 5);
            var packed = new PackedLayer("fc9", 8, QuantizationGrid.Symmetric, [1], 8, QuantizationGrid.Unsigned, 1, [1, 1], 1, FilterRanges.Parse("0"), FilterRanges.Parse("0"), new StoredBlob("levels/9", 1, ""));
            return CompressedExport.Write(Exported.Trace(network, examples), [packed], Target.AllFuses).Graph.ToModel("").ToBytes();
        }));

        Assert.Equal(AbsCodes.NotExportable, refused.Code);
        Assert.Contains("'fc9'", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>How many filters the file has of each layer whose filters come first in its weight.</summary>
    private static Dictionary<string, int> Filters(byte[] file) => OnnxModel.Read(file, "file").Graph.Initializers
        .Where(tensor => tensor.Name.EndsWith(Levels, StringComparison.Ordinal))
        .ToDictionary(tensor => tensor.Name[..^Levels.Length], tensor => (int)tensor.Dims[0]);
}
