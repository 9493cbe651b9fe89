using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.RandomNetworks.Models;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>Searches a random network, loads what was found into a fresh one, and compares it with the plan.</summary>
internal static class NetworkCheck
{
    public static Verdict Run(int seed)
    {
        var model = new RandomModel(seed);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");
        try
        {
            OwnRun.Try(model);
            using var scope = NewDisposeScope();
            using var result = Search(model, seed, out var settings);
            var outputs = model.OutputsWith(result.Plan.Metric.Compressed);
            result.SaveWeights(file);
            var problems = new PlanComparison(model, result.Plan, settings, file).Problems(outputs).Concat(new[] { WeightsFile.Problem(file, result.Plan) }.OfType<string>()).ToArray();
            var share = result.Plan.Layers.Sum(layer => (double)layer.KeptFilters.Count) / result.Plan.Layers.Sum(layer => layer.Filters);
            return new Verdict(seed, null, FormattableString.Invariant($"{result.Plan.Budget}, {result.Plan.Layers.Count} layers, {share:P0} of the filters kept{(Varies(outputs, model.TestCount) ? "" : ", one answer for all examples")}"), problems, Describe(model, result.Plan));
        }
        catch (AbsException error)
        {
            return new Verdict(seed, error.Code, error.Message, model.TrueReasons.Contains(error.Code) ? [] : [$"refused: {error.Message}"], model.Text);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new Verdict(seed, error.GetType().Name, error.Message, [error is GeneratorException ? error.Message : Short(error)], model.Text);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Under a budget so tight that filters go, or the next that can be met.</summary>
    private static SearchResult Search(RandomModel model, int seed, out SearchSettings settings)
    {
        var refusal = (AbsException?)null;
        foreach (var tight in RandomSettings.Of(seed))
        {
            settings = tight;
            try
            {
                return SearchEngine.Run(model, RandomSettings.Job(settings), _ => { }, CancellationToken.None);
            }
            catch (AbsException error) when (error.Code == AbsCodes.ImpossibleBudget)
            {
                // The next is wider: so small a network may have no filter to spare.
                refusal = error;
            }
        }

        settings = RandomSettings.AboveLeast(seed, refusal!);
        return SearchEngine.Run(model, RandomSettings.Job(settings), _ => { }, CancellationToken.None);
    }

    /// <summary>Whether examples get different outputs; a network that lost all it knew hides differences.</summary>
    private static bool Varies(IReadOnlyList<float[]> outputs, int count) => outputs.Any(values => values.Chunk(values.Length / count).Any(example => !example.SequenceEqual(values.Take(example.Length))));

    private static string Short(Exception error) =>
        $"{error.Message.Split('\n')[0]} {error.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("AbsBuildTasks.Search", StringComparison.Ordinal) && !line.Contains(".Tests.", StringComparison.Ordinal))?.Trim()}";

    private static string Describe(RandomModel model, CompressionPlan plan) => string.Join(
        "\n",
        [model.Text, .. plan.Layers.Select(layer => $"  {layer.Name} {layer.Kind} w{layer.WeightBits} a{layer.ActivationBits} kept {layer.KeptFilters} of {layer.Filters}, {layer.Macs} MACs")]);
}
