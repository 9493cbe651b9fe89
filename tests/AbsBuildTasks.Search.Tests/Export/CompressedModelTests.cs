using System.IO.Compression;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Export;

public sealed class CompressedModelTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    [Theory]
    [InlineData(nameof(WeightGrid.Symmetric), "2;4;8", 1, false)]
    [InlineData(nameof(WeightGrid.Unit), "1;3;6;12", 2, false)]
    [InlineData(nameof(WeightGrid.Symmetric), "2;4;8", 3, true)]
    [InlineData(nameof(WeightGrid.Symmetric), "2;4;8", 4, false, true)]
    [InlineData(nameof(WeightGrid.Unit), "1;3;6;12", 5, false, true)]
    [InlineData(nameof(WeightGrid.Symmetric), "2;4;8", 6, true, true)]
    public void A_loaded_network_gives_exactly_what_was_evaluated(string grid, string bits, int seed, bool normalize, bool byFilter = false)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var input = rand([9, 3, 8, 8]);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Grid = Enum.Parse<WeightGrid>(grid), Bits = BitChain.Parse(bits), WeightNormalization = normalize, WeightScales = byFilter ? ScaleKind.Filter : null });
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
        AssertLoads(() => network.Create(network.Widths), randn(network.Input), ScaleKind.Filter);
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

    [Fact]
    public void A_network_or_a_part_of_it_that_shows_no_layers_is_told_apart_from_another_network()
    {
        Write();
        using var hidden = new Hidden();
        var error = Assert.Throws<AbsException>(() => CompressedModel.Load(hidden, _file));
        Assert.Equal(AbsCodes.LayersNotShown, error.Code);
        Assert.Contains("the network (Hidden) shows no layers at all", error.Message, StringComparison.Ordinal);
        Assert.Contains("<TrimmerRootAssembly Include=\"AbsBuildTasks.Search.Tests\" />", error.Message, StringComparison.Ordinal);

        using var part = nn.Sequential(("part", hidden), ("other", nn.Linear(2, 2)));
        Rewrite(manifest => manifest["layers"]![0]!["name"] = "part.conv");
        error = Assert.Throws<AbsException>(() => CompressedModel.Load(part, _file));
        Assert.Equal(AbsCodes.LayersNotShown, error.Code);
        Assert.Contains("'part' (Hidden)", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Hostile => ["tensor shape", "tensor length", "tensor type", "layer shape", "layer filters", "layer groups", "levels length", "twice", "value twice", "scales", "scale", "number", "version", "name", "range"];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_a_small_file_names_takes_no_memory_and_no_time(string attack)
    {
        Write();
        Rewrite(manifest =>
        {
            var (layer, tensor) = ((JObject)manifest["layers"]![0]!, (JObject)manifest["tensors"]![0]!);
            switch (attack)
            {
                case "tensor shape":
                    tensor["shape"] = new JArray(1L << 30, 1L << 30, 1L << 30);
                    break;
                case "tensor length":
                    tensor["shape"] = new JArray(1L << 29);
                    tensor["data"]!["length"] = 1L << 31;
                    break;
                case "tensor type":
                    tensor["type"] = "99";
                    break;
                case "layer shape":
                    layer["shape"] = new JArray(int.MaxValue, int.MaxValue, int.MaxValue);
                    layer["keptFilters"] = $"0-{int.MaxValue - 1}";
                    layer["liveInputs"] = $"0-{int.MaxValue - 1}";
                    break;
                case "layer filters":
                    layer["shape"]![0] = 1 << 30;
                    layer["keptFilters"] = $"0-{(1 << 30) - 1}";
                    break;
                case "layer groups":
                    layer["groups"] = layer["shape"]![0];
                    break;
                case "levels length":
                    layer["levels"]!["length"] = 1L << 31;
                    break;
                case "twice":
                    ((JArray)manifest["layers"]!).Add(layer.DeepClone());
                    break;
                case "value twice":
                    manifest["values"] = new JArray(Enumerable.Repeat(new JObject { ["function"] = "THSTensor_add", ["call"] = 0, ["result"] = 0, ["scale"] = 0.5, ["zero"] = 128 }, 2));
                    break;
                case "scales":
                    layer["weightInterval"] = new JArray(Enumerable.Repeat(0.5, 100));
                    break;
                case "scale":
                    layer["weightInterval"] = new JArray(Enumerable.Range(0, (int)layer["shape"]![0]!));
                    break;
                case "number":
                    tensor["shape"] = new JArray(new JRaw(new string('1', 100_000)));
                    break;
                case "version":
                    manifest["schemaVersion"] = new string('1', 100_000);
                    break;
                case "name":
                    layer["name"] = new string('n', 100_000);
                    break;
                default:
                    layer["keptFilters"] = new string('1', 100_000);
                    break;
            }
        });

        AssertRefused();
    }

    [Fact]
    public void Lengths_that_the_archive_tells_are_not_believed()
    {
        // A manifest of a few bytes, and a directory that says 60 million.
        using (var archive = new ZipArchive(File.Create(_file), ZipArchiveMode.Create))
        {
            using var writer = new StreamWriter(archive.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open());
            writer.Write("{}");
        }

        var bytes = File.ReadAllBytes(_file);
        var directory = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.GetBytes(60_000_000).CopyTo(bytes, directory + 20);
        BitConverter.GetBytes(60_000_000).CopyTo(bytes, directory + 24);
        File.WriteAllBytes(_file, bytes);

        AssertRefused();
    }

    public void Dispose() => File.Delete(_file);

    // As its own constructor left it, or as trimming does.
    private sealed class Hidden() : nn.Module<Tensor, Tensor>(nameof(Hidden))
    {
        private readonly nn.Module<Tensor, Tensor> _conv = nn.Conv2d(1, 1, 1);

        public override Tensor forward(Tensor input) => _conv.call(input);
    }

    private void AssertRefused()
    {
        using var network = TestNetworks.Chain();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<AbsException>(() => CompressedModel.Load(network, _file));

        Assert.Equal(AbsCodes.InvalidWeights, error.Code);
        Assert.InRange(error.Message.Length, 1, 600);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    private void Rewrite(Action<JObject> change)
    {
        using var archive = ZipFile.Open(_file, ZipArchiveMode.Update);
        var entry = archive.GetEntry("manifest.json")!;
        JObject manifest;
        using (var reader = new StreamReader(entry.Open()))
        {
            manifest = JObject.Parse(reader.ReadToEnd());
        }

        entry.Delete();
        change(manifest);
        using var writer = new StreamWriter(archive.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open());
        writer.Write(manifest.ToString());
    }

    /// <summary>A fresh network computes what the compressed one does, from as many bytes as the plan states.</summary>
    private void AssertLoads(Func<FunctionNetwork> create, Tensor input, ScaleKind? scales = null)
    {
        using var scope = NewDisposeScope();
        using var network = create();
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { WeightScales = scales });
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
            DecisionCost.Of(compressed, decisions).Zip(compressed.Layers, (cost, layer) => cost.Costs[CostKind.Size] - (layer.Layer.Shape.HasBias ? 4 * layer.Decision.KeptFilters : 0)),
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
