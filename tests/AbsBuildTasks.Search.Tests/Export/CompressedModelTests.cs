using System.IO.Compression;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Export;

public sealed class CompressedModelTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    [Theory]
    [InlineData(WeightGrid.Symmetric, "2;4;8", 1, false)]
    [InlineData(WeightGrid.Unit, "1;3;6;12", 2, false)]
    [InlineData(WeightGrid.Symmetric, "2;4;8", 3, true)]
    public void A_loaded_network_gives_exactly_what_was_evaluated(WeightGrid grid, string bits, int seed, bool normalize)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var input = rand([9, 3, 8, 8]);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Grid = grid, Bits = BitChain.Parse(bits), WeightNormalization = normalize });
        compressed.Freeze(Compressed.RandomDecisions(compressed, seed));
        network.train();
        _ = compressed.Run(input);
        network.eval();
        var evaluated = compressed.Run(input);
        WeightExporter.Write(compressed, _file);

        using var fresh = TestNetworks.Chain();
        Assert.True(CompressedModel.Load(fresh, _file).call(input).equal(evaluated).all().item<bool>());
    }

    public static TheoryData<string> Removable => [.. RemovableNetwork.Names];

    [Theory]
    [MemberData(nameof(TestNetworks.Structures), MemberType = typeof(TestNetworks))]
    public void So_does_a_network_of_any_structure(string structure) =>
        AssertLoads(() => TestNetworks.Of(structure), randn([9, 3, 8, 8]));

    [Theory]
    [MemberData(nameof(Removable))]
    public void And_of_any_kind_of_layers(string name)
    {
        var network = RemovableNetwork.Named(name);
        AssertLoads(() => network.Create(network.Widths), randn(network.Input));
    }

    [Fact]
    public void The_same_weights_give_the_same_bytes()
    {
        Write();
        var first = File.ReadAllBytes(_file);
        Write();

        Assert.Equal(first, File.ReadAllBytes(_file));
    }

    [Fact]
    public void A_changed_byte_is_noticed_and_the_network_left_alone()
    {
        Write();
        using (var archive = ZipFile.Open(_file, ZipArchiveMode.Update))
        {
            var entry = archive.Entries[^1];
            var bytes = new byte[entry.Length];
            using (var stream = entry.Open())
            {
                stream.ReadExactly(bytes);
            }

            var name = entry.FullName;
            entry.Delete();
            bytes[^1] ^= 1;
            using var changed = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            changed.Write(bytes);
        }

        using var network = TestNetworks.Chain();
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();

        Assert.Equal(AbsCodes.InvalidWeights, Assert.Throws<AbsException>(() => CompressedModel.Load(network, _file)).Code);
        Assert.All(network.parameters().Zip(before), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void A_truncated_file_a_missing_file_and_another_network_are_refused()
    {
        Write();
        using var chain = TestNetworks.Chain();
        using var other = nn.Sequential(nn.Linear(2, 2));
        Refused(other, _file);
        Refused(chain, _file + ".none");

        File.WriteAllBytes(_file, File.ReadAllBytes(_file)[..^40]);
        Refused(chain, _file);

        static void Refused(nn.Module<Tensor, Tensor> network, string file) =>
            Assert.Equal(AbsCodes.InvalidWeights, Assert.Throws<AbsException>(() => CompressedModel.Load(network, file)).Code);
    }

    public void Dispose() => File.Delete(_file);

    /// <summary>A fresh network computes what the compressed one does, from as many bytes as the plan states.</summary>
    private void AssertLoads(Func<FunctionNetwork> create, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var network = create();
        using var compressed = Compressed.Of(network, input);
        var decisions = Compressed.RandomDecisions(compressed, 3);
        compressed.Freeze(decisions);
        network.train();
        _ = compressed.Run(input);
        network.eval();
        var evaluated = compressed.Run(input);
        WeightExporter.Write(compressed, _file);

        using var fresh = create();
        Assert.True(CompressedModel.Load(fresh, _file).call(input).equal(evaluated).all().item<bool>());

        // The plan's size without the biases, which are stored beside the packed weights.
        using var archive = ZipFile.OpenRead(_file);
        var manifest = WeightManifest.FromJson(new StreamReader(archive.GetEntry("manifest.json")!.Open()).ReadToEnd());
        Assert.Equal(
            DecisionCost.Of(compressed, decisions).Zip(compressed.Layers, (cost, layer) => cost.SizeBytes - (layer.Layer.Shape.HasBias ? 4 * layer.Decision.KeptFilters : 0)),
            manifest.Layers.Select(layer => archive.GetEntry(layer.Levels.Entry)!.Length));
    }

    private void Write()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, ones([9, 3, 8, 8]));
        compressed.Freeze(Compressed.RandomDecisions(compressed, 4));
        WeightExporter.Write(compressed, _file);
    }
}
