using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>An export from a model to what is said of its file.</summary>
public sealed class NetworkExportTests
{
    private const int Count = 64;

    [Fact]
    public void With_quantised_sums_the_file_is_proved_without_them_and_measured_with_them()
    {
        var (text, tells) = Rewritten.Run<(string, string[])>(Write, true, 25);

        Assert.Equal("10 layers, 9 on integers, sums True, opset 21", text);
        Assert.Equal(2, tells.Length);
        Assert.StartsWith("the ONNX file has a top-1 of ", tells[0], StringComparison.Ordinal);
        Assert.StartsWith("with quantised sums, as its target wants them, it has ", tells[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_opset_is_told_what_it_costs()
    {
        var (text, tells) = Rewritten.Run<(string, string[])>(Write, false, 20);

        Assert.EndsWith("sums False, opset 17", text, StringComparison.Ordinal);
        Assert.Matches("^OnnxOpset=20 has no type for weights of so few bits: stored in wider ones, they take [0-9,]+ bytes more$", tells[^1]);
    }

    [Fact]
    public void A_cancelled_export_ends() => Assert.True(Rewritten.Run<bool>(IsCancelled));

    [Fact]
    public void What_loses_more_than_the_noise_of_the_test_data_is_refused()
    {
        var refused = Assert.Throws<RefusedException>(() => Rewritten.Run<double>(Lose));

        Assert.Equal(AbsCodes.OnnxLosesMetric, refused.Code);
        Assert.Matches(@"^With quantised sums, the ONNX file has a top-1 of [0-9.]+ on the test data, where it has 100 without: .*\(\+/-[0-9.]+\)\. The file is not kept; set DeployTarget=""any""", refused.Message);
    }

    private static (string Text, string[] Tells) Write(bool quantizesSums, int opset)
    {
        var weights = Path.GetTempFileName();
        var tells = new List<string>();
        try
        {
            _ = CompressedFile.Compress("resnet8", "symmetric", "4", weights);
            var (content, _, record) = Export(tells.Add, CancellationToken.None).Run(weights, "1", opset, quantizesSums, inputMultiple: 4, Target.AllFuses);
            if (content.Length != record.FileBytes || record.FloatBytes <= record.FileBytes)
            {
                throw new InvalidOperationException(record.ToString());
            }

            return (FormattableString.Invariant($"{record.Layers} layers, {record.IntegerLayers} on integers, sums {record.QuantizesSums}, opset {record.Opset}"), [.. tells]);
        }
        finally
        {
            File.Delete(weights);
        }
    }

    private static bool IsCancelled()
    {
        var weights = Path.GetTempFileName();
        try
        {
            _ = CompressedFile.Compress("resnet8", "symmetric", "4", weights);
            _ = Export(_ => { }, new CancellationToken(canceled: true)).Run(weights, "1", 25, quantizesSums: false, inputMultiple: 1, Target.AllFuses);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        finally
        {
            File.Delete(weights);
        }
    }

    /// <summary>Asks of a file of random weights that it is always right.</summary>
    private static double Lose()
    {
        var weights = Path.GetTempFileName();
        try
        {
            var model = CheckedModel.Of(new Model(), new ModelContext(".", []), (_, _) => { });
            _ = CompressedFile.Compress("resnet8", "symmetric", "4", weights);
            var (content, _, _) = Export(_ => { }, CancellationToken.None).Run(weights, "1", 25, quantizesSums: true, inputMultiple: 1, Target.AllFuses);
            return new SumQuantizing(model, model.LoadData(new ModelContext(".", [])), CancellationToken.None).Require(content, exact: 100, "it has 100 without");
        }
        finally
        {
            File.Delete(weights);
        }
    }

    private static NetworkExport Export(Action<string> tell, CancellationToken cancellation) => new(new Model(), new ModelContext(".", []), tell, (_, _) => { }, cancellation);

    private sealed class Model : IAbsModel
    {
        public Module CreateNetwork() => Networks.Make("resnet8", 1).Network;

        public ModelData LoadData(ModelContext context) => new(Data(1), Data(2));

        private static LabelledData Data(int seed)
        {
            _ = manual_seed(seed);
            return new LabelledData(randn(Count, 3, 16, 16), randint(10, [Count], dtype: ScalarType.Int64));
        }
    }
}
