using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Writes a model's compressed network as ONNX. Runs where TorchSharp tells of its native calls.</summary>
internal sealed class NetworkExport
{
    // Two batches of three and seven examples.
    private const int Examples = 10;

    private readonly CheckedModel _model;
    private readonly ModelData _data;
    private readonly Action<string> _tell;
    private readonly CancellationToken _cancellation;

    /// <summary>Loads a model's data.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="context">Resolves the paths of its data.</param>
    /// <param name="tell">Told how the file does on the test data.</param>
    /// <param name="warn">Told of members of the model that may not be meant as they stand: a code and one line.</param>
    /// <param name="cancellation">Ends the export.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS20xx: what is wrong with the model.</exception>
    public NetworkExport(IAbsModel model, ModelContext context, Action<string> tell, Action<string, string> warn, CancellationToken cancellation)
    {
        (_tell, _cancellation) = (tell, cancellation);
        _model = CheckedModel.Of(model, context, warn);
        _data = DataPlacement.Of(_model.LoadData(context), CPU, (_, _) => true, _ => { });
    }

    /// <summary>Makes sure, without any weights, that the network can be written.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS6001: the network does something that a graph cannot say.</exception>
    public void RequireWritable()
    {
        using var network = _model.CreateNetwork();
        using var scope = NewDisposeScope();
        _ = FloatExport.Write(Trace(network));
    }

    /// <summary>Makes the file; the same weights give the same bytes.</summary>
    /// <param name="weightsFile">The compressed weights.</param>
    /// <param name="version">This product's version.</param>
    /// <param name="highestOpset">The highest version of ONNX's operators that the file may need.</param>
    /// <param name="quantizesSums">Whether values in front of and behind sums are quantised, which the plan does not say.</param>
    /// <param name="inputMultiple">The multiple of input channels that convolutions on integers take at a time; see <see cref="OnnxExport.Quantized.PixelBlocks"/>.</param>
    /// <param name="fuses">The operators that the runtime makes part of quantisers; see <see cref="OnnxExport.Quantized.InputQuantizing"/>.</param>
    /// <returns>The file's content, that of the network in floating point with nothing pruned, and what is to be said of the file.</returns>
    /// <exception cref="Plans.Errors.AbsException">
    /// ABS6001: the network does something that a graph cannot say. ABS6004: the file gives something else. ABS6006: with quantised sums it loses too much, or gives something else than was fine-tuned.
    /// ABS2011: the weights do not fit.
    /// </exception>
    public (byte[] Content, byte[] Whole, OnnxRecord Record) Run(string weightsFile, string version, int highestOpset, bool quantizesSums, int inputMultiple, IReadOnlyCollection<string> fuses)
    {
        using var network = _model.CreateNetwork();
        var layers = CompressedModel.LoadWeights(network, weightsFile, LayerKinds.All);
        using var scope = NewDisposeScope();
        var traced = Trace(network);
        var whole = FloatExport.Write(traced).ToModel(version).ToBytes();
        var compressed = CompressedExport.Write(traced, layers, fuses, highestOpset, inputMultiple);

        // As the search has found them: whatever fuses, they are the same ones.
        var wanted = quantizesSums ? CompressedExport.Write(traced, layers, Target.AllFuses, highestOpset) : compressed;
        var (hasSums, rounding) = (quantizesSums && wanted.Points.Count > 0, new ValueRounding());
        var values = hasSums ? CompressedModel.ValuesIn(weightsFile) : [];
        var learned = LearnedSums.Of(traced, wanted, values);
        if (learned is null && values.Count > 0)
        {
            _tell("the levels of sums and products that fine-tuning ended with are not those of this file's values, so that they are found anew");
        }

        if (learned is not null)
        {
            compressed = CompressedExport.Write(traced, layers, fuses, highestOpset, inputMultiple, learned);
            rounding.Set(values, traced.Calls);
            TellLeftOut(learned.Count, wanted.Points.Count);
        }

        var content = compressed.Graph.ToModel(version).ToBytes();
        _cancellation.ThrowIfCancellationRequested();
        CompressedModel.QuantizeInputs(network, layers, LayerKinds.All);
        var (stated, written) = new OnnxProof(_model, _data.Test, new WaitingWords(_tell), learned is not null, _cancellation).Require(inputs => rounding.Run(() => _model.Forward(network, inputs)), content);
        _tell(string.Create(CultureInfo.InvariantCulture, $"the ONNX file has a {_model.MetricName} of {written:0.####} on the test data, where the network has {stated:0.####}{(learned is null ? "" : "; both with quantised sums, as they were fine-tuned")}"));
        var sums = new SumQuantizing(_model, _data, _cancellation);
        if (learned is not null)
        {
            written = sums.Require(content, stated, string.Create(CultureInfo.InvariantCulture, $"the network has {stated:0.####} that was fine-tuned with them"));
        }
        else if (hasSums)
        {
            var levels = sums.Levels(wanted);
            compressed = CompressedExport.Write(traced, layers, fuses, highestOpset, inputMultiple, levels);
            TellLeftOut(levels.Count, wanted.Points.Count);
            content = compressed.Graph.ToModel(version).ToBytes();
            written = sums.Require(content, written, string.Create(CultureInfo.InvariantCulture, $"it has {written:0.####} without"));
            _tell(string.Create(CultureInfo.InvariantCulture, $"with quantised sums, as its target wants them, it has {written:0.####}"));
        }

        if (compressed.WidenedBytes > 0)
        {
            _tell(string.Create(CultureInfo.InvariantCulture, $"OnnxOpset={highestOpset} has no type for weights of so few bits: stored in wider ones, they take {compressed.WidenedBytes:N0} bytes more"));
        }

        if (compressed.Unpacked.Count > 0)
        {
            _tell($"the network uses {string.Join(", ", compressed.Unpacked)} in another form, so that the file has the plan's values of it, but at 32 bits");
        }

        return (content, whole, new OnnxRecord
        {
            FileBytes = content.Length,
            FloatBytes = whole.Length,
            Opset = (int)compressed.Graph.Opset,
            MetricName = _model.MetricName,
            Metric = written,
            NetworkMetric = stated,
            QuantizesSums = hasSums,
            Layers = compressed.Layers,
            IntegerLayers = compressed.IntegerLayers,
            Products = compressed.Products,
            IntegerProducts = compressed.IntegerProducts,
        });
    }

    private void TellLeftOut(int quantized, int wanted)
    {
        if (quantized < wanted)
        {
            _tell(string.Create(CultureInfo.InvariantCulture, $"{wanted - quantized} of {wanted} values at sums and products are not all finite, and stay in floating point; where they are multiplied, the plan counts 8 bits all the same"));
        }
    }

    private TracedGraph Trace(nn.Module network) =>
        NetworkTrace.Of(network, inputs => _model.Forward(network, inputs), _data.Test.First(Math.Min(_data.Test.Count, Examples)), OperatorTable.Has);
}
