using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search;
using Tiny;
using static TorchSharp.torch;

// Prints the metric that the plan states, and the one that the loaded network has.
TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));
var folder = Path.Combine(AppContext.BaseDirectory, "abs");
var plan = PlanJson.Read(File.ReadAllText(Path.Combine(folder, "tiny.plan.json")), "tiny.plan.json");
var network = CompressedModel.Load(new TinyNetwork(), Path.Combine(folder, "tiny.weights.zip"));
IAbsModel model = new TinyModel();
using var noGradient = no_grad();
var test = model.LoadData(new ModelContext(args[0], Directory.GetFiles(Path.Combine(args[0], "data")))).Test;
var metric = model.Metric(network.call(test.Inputs), test.Targets);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stated {plan.Metric.Compressed:0.######}, loaded {metric:0.######}"));
