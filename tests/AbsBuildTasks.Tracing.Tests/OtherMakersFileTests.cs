using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Files that other people's programs wrote: they are read, searched without labels, and written again.</summary>
public sealed class OtherMakersFileTests
{
    // Where the file leaves a side free, beside that of examples.
    private const long FreeSide = 96;
    private const long FreeSamples = 16_000;

    // Of a file that is searched, too.
    private const long MostBytes = 2_000_000;
    private const double MostDifference = 1e-4;
    private const double LeastAgreement = 95;

    private static string Report => Path.Combine(AppContext.BaseDirectory, "onnx-files.txt");

    [FilesFact]
    public void What_is_read_gives_what_the_runtime_gives_and_can_be_searched_and_written()
    {
        TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));
        File.WriteAllText(Report, "");
        List<string> wrong = [];
        foreach (var path in Directory.EnumerateFiles(FilesFactAttribute.Folder!, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            string said;
            try
            {
                var (shape, difference) = Compare(path);
                said = FormattableString.Invariant($"{name} ({string.Join("x", shape)}): differs by {difference:0.0e+0} of the largest value");
                if (!(difference <= MostDifference))
                {
                    wrong.Add(said);
                }

                if (new FileInfo(path).Length <= MostBytes)
                {
                    var (plan, file, words) = Search(path, shape);
                    said += $"; {words}";
                    if (!(Math.Abs(plan - file) <= 100 - LeastAgreement))
                    {
                        wrong.Add(said);
                    }
                }
            }
            catch (AbsException refused)
            {
                said = $"{name}: {refused.Code} {refused.Message}";
            }
            catch (RefusedException refused)
            {
                said = $"{name}: {refused.Code} {refused.Message}";
            }
            catch (Exception failed) when (failed is InvalidOperationException or OnnxRuntimeException or System.Reflection.TargetInvocationException)
            {
                said = $"{name}: {failed.InnerException?.Message ?? failed.Message}";
                wrong.Add(said);
            }

            File.AppendAllText(Report, said + "\n");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Runs a file here and in the runtime, on two examples one by one.</summary>
    private static (long[] Shape, double Difference) Compare(string path)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var network = OnnxNetwork.Load(path);
        network.eval();
        var input = OnnxModel.Read(File.ReadAllBytes(path), path).Graph.Inputs[0];
        long[] shape = [1, .. input.Dims!.Skip(1).Select(side => side.Size ?? (input.Dims!.Count == 2 ? FreeSamples : FreeSide))];
        using var session = new InferenceSession(path);
        var differences = Enumerable.Range(1, 2).Select(seed =>
        {
            var values = Random(shape, seed);
            var ours = network.Run([tensor(values, shape)])[0];
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(values, [.. shape.Select(side => (int)side)]))]);
            return Exported.Difference([.. ours.contiguous().data<float>()], [.. results[0].AsEnumerable<float>()]);
        });
        return (shape, differences.Max());
    }

    /// <summary>Searches without labels, writes the file, and measures it.</summary>
    private static (double Plan, double File, string Words) Search(string path, long[] shape)
    {
        var weights = Path.GetTempFileName();
        try
        {
            var settings = new SearchSettings
            {
                Budget = Budget.Parse("bops=10%"),
                DeployTarget = TargetTable.Find("onnxruntime-cpu")!,
                TrainEpochs = 0,
                SearchEpochs = 4,
                FineTuneEpochs = 4,
                BatchSize = 8,
                Baseline = BaselineKind.AsTrained,
            };
            using var result = SearchEngine.Run(new Unlabelled(path, shape), new SearchJob { Model = "any", Fingerprint = new string('0', 64), Settings = settings, Context = Context(path), Device = CPU }, _ => { }, CancellationToken.None);
            result.SaveWeights(weights);
            var (metric, words) = Rewritten.Run<(double, string)>(Write, path, shape, weights);
            return (result.Plan.Metric.Compressed, metric, string.Create(CultureInfo.InvariantCulture, $"plan of {result.Plan.Totals.RelativeBops:0.0%} of the bit-operations: agreement {result.Plan.Metric.Compressed:0.00}; {words}"));
        }
        finally
        {
            File.Delete(weights);
        }
    }

    /// <summary>Writes the file; runs in the copy.</summary>
    private static (double Metric, string Words) Write(string path, long[] shape, string weights)
    {
        var (content, whole, record) = new NetworkExport(new Unlabelled(path, shape), Context(path), _ => { }, (_, _) => { }, CancellationToken.None)
            .Run(weights, "1", OnnxRecord.HighestOpset, quantizesSums: true, inputMultiple: 4, Target.AllFuses);
        return (record.Metric, string.Create(CultureInfo.InvariantCulture, $"its file {record.Metric:0.00}, {content.Length:N0} of {whole.Length:N0} bytes, {record.IntegerLayers} of {record.Layers} layers on integers"));
    }

    private static ModelContext Context(string path) => new(Path.GetDirectoryName(path)!, [path]);

    private static float[] Random(long[] shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, side) => product * side)).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    /// <summary>A file's network, and noise.</summary>
    private sealed class Unlabelled(string path, long[] shape) : UnlabelledModel
    {
        public override Module CreateNetwork(ModelContext context) => OnnxNetwork.Load(context.DataFile(Path.GetFileName(path)));

        public override UnlabelledData LoadInputs(ModelContext context) => new([Noise(64, 1)], [Noise(32, 2)]);

        private Tensor Noise(long examples, int seed)
        {
            long[] several = [examples, .. shape[1..]];
            return tensor(Random(several, seed), several);
        }
    }
}
