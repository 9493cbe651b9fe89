using System.Globalization;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Writes a model's compressed network as ONNX. Runs where TorchSharp tells of its native calls.</summary>
internal static class NetworkExport
{
    // Two batches of three and seven examples.
    private const int Examples = 10;

    /// <summary>Makes the file's content; the same weights give the same bytes.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="context">Resolves the paths of its data.</param>
    /// <param name="weightsFile">The compressed weights.</param>
    /// <param name="version">This product's version.</param>
    /// <param name="tell">Told how the file does on the test data.</param>
    /// <param name="warn">Told of members of the model that may not be meant as they stand: a code and one line.</param>
    /// <exception cref="Plans.Errors.AbsException">
    /// ABS6001: the network does something that a graph cannot say. ABS6004: the file gives something else. ABS2011: the weights do not fit.
    /// </exception>
    public static byte[] Run(IAbsModel model, ModelContext context, string weightsFile, string version, Action<string> tell, Action<string, string> warn)
    {
        var own = CheckedModel.Of(model, context, warn);
        var data = DataPlacement.Of(own.LoadData(context), CPU, (_, _) => true, _ => { });
        using var network = own.CreateNetwork();
        var layers = CompressedModel.LoadWeights(network, weightsFile, LayerKinds.All);
        using var scope = NewDisposeScope();
        var traced = NetworkTrace.Of(network, inputs => own.Forward(network, inputs), data.Test.First(Math.Min(data.Test.Count, Examples)), OperatorTable.Has);
        var content = CompressedExport.Write(traced, layers).ToModel(version).ToBytes();
        CompressedModel.QuantizeInputs(network, layers);
        var (stated, written) = new OnnxProof(own, data.Test).Require(network, content);
        tell(string.Create(CultureInfo.InvariantCulture, $"the ONNX file has a {own.MetricName} of {written:0.####} on the test data, where the network has {stated:0.####}"));
        return content;
    }
}
