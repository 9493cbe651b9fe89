using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Settings;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>The text of a <see cref="SearchRequest"/>.</summary>
internal static class SearchRequestJson
{
    /// <summary>Writes a request.</summary>
    public static string Write(SearchRequest request) => new JObject
    {
        ["version"] = request.Version,
        ["model"] = request.Model,
        ["assemblyFile"] = request.AssemblyFile,
        ["typeName"] = request.TypeName,
        ["projectDirectory"] = request.ProjectDirectory,
        ["dataFiles"] = new JArray(request.DataFiles),
        ["checkpoint"] = request.Checkpoint,
        ["fingerprint"] = request.Fingerprint,
        ["settings"] = Settings(request.Settings),
        ["device"] = request.Device,
        ["outputDirectory"] = request.OutputDirectory,
        ["checkpointDirectory"] = request.CheckpointDirectory,
        ["trainingDirectory"] = request.TrainingDirectory,
        ["trainingKey"] = request.TrainingKey,
        ["lockFile"] = request.LockFile,
        ["nativeDirectory"] = request.NativeDirectory,
    }.ToString(Formatting.Indented);

    /// <summary>Reads a request; every property must be there, and no other.</summary>
    /// <exception cref="AbsException">ABS9001: the text is no request of this version. ABS1003 to ABS1005: a setting is out of range.</exception>
    public static SearchRequest Read(string text)
    {
        try
        {
            var json = StrictJson.ReadObject(text);
            var request = new SearchRequest
            {
                Version = json.Int("version", SearchRequest.CurrentVersion, SearchRequest.CurrentVersion),
                Model = json.String("model"),
                AssemblyFile = json.String("assemblyFile"),
                TypeName = json.OptionalString("typeName"),
                ProjectDirectory = json.String("projectDirectory"),
                DataFiles = json.Strings("dataFiles"),
                Checkpoint = json.OptionalString("checkpoint"),
                Fingerprint = json.String("fingerprint"),
                Settings = ReadSettings(json.Object("settings")),
                Device = json.String("device"),
                OutputDirectory = json.String("outputDirectory"),
                CheckpointDirectory = json.OptionalString("checkpointDirectory"),
                TrainingDirectory = json.OptionalString("trainingDirectory"),
                TrainingKey = json.OptionalString("trainingKey"),
                LockFile = json.OptionalString("lockFile"),
                NativeDirectory = json.String("nativeDirectory"),
            };
            json.End();
            return request;
        }
        catch (JsonShapeException error)
        {
            throw new AbsException(
                AbsCodes.Defect,
                FormattableString.Invariant($"The search request cannot be read: line {error.Position.Line}: {error.Message}. Tasks and worker must come from one package; please report this."),
                error);
        }
    }

    private static JObject Settings(SearchSettings settings) => new()
    {
        ["budget"] = settings.Budget.ToString(),
        ["sweep"] = settings.Sweep.ToString(),
        ["bits"] = settings.Bits.ToString(),
        ["grid"] = settings.Grid.ToString(),
        ["filterGroup"] = settings.FilterGroup,
        ["keepFirstAndLast"] = settings.KeepFirstAndLast,
        ["gate"] = settings.Gate.ToString(),
        ["layers"] = settings.Layers.ToString(),
        ["seed"] = settings.Seed,
        ["batchSize"] = settings.BatchSize,
        ["trainEpochs"] = settings.TrainEpochs,
        ["searchEpochs"] = settings.SearchEpochs,
        ["fineTuneEpochs"] = settings.FineTuneEpochs,
        ["optimizer"] = settings.Optimizer.ToString(),
        ["momentum"] = settings.Momentum,
        ["weightDecay"] = settings.WeightDecay,
        ["learningRate"] = settings.LearningRate,
        ["searchLearningRate"] = settings.SearchLearningRate,
        ["fineTuneLearningRate"] = settings.FineTuneLearningRate,
        ["schedule"] = settings.Schedule.ToString(),
        ["weightNormalization"] = settings.WeightNormalization,
        ["gateLearningRate"] = settings.GateLearningRate,
        ["distillation"] = settings.Distillation,
        ["baseline"] = settings.Baseline.ToString(),
    };

    private static SearchSettings ReadSettings(StrictObject json)
    {
        var settings = new SearchSettings
        {
            Budget = Budget.Parse(json.String("budget")),
            Sweep = BudgetSweep.Parse(json.String("sweep")),
            Bits = BitChain.Parse(json.String("bits")),
            Grid = ReadName<WeightGrid>(json, "grid"),
            FilterGroup = json.Int("filterGroup", int.MinValue, int.MaxValue),
            KeepFirstAndLast = json.Boolean("keepFirstAndLast"),
            Gate = ReadName<GateKind>(json, "gate"),
            Layers = LayerRules.Parse(json.String("layers")),
            Seed = json.Int("seed", int.MinValue, int.MaxValue),
            BatchSize = json.Int("batchSize", int.MinValue, int.MaxValue),
            TrainEpochs = json.Int("trainEpochs", int.MinValue, int.MaxValue),
            SearchEpochs = json.Int("searchEpochs", int.MinValue, int.MaxValue),
            FineTuneEpochs = json.Int("fineTuneEpochs", int.MinValue, int.MaxValue),
            Optimizer = ReadName<OptimizerKind>(json, "optimizer"),
            Momentum = json.Double("momentum"),
            WeightDecay = json.Double("weightDecay"),
            LearningRate = json.Double("learningRate"),
            SearchLearningRate = json.OptionalDouble("searchLearningRate"),
            FineTuneLearningRate = json.OptionalDouble("fineTuneLearningRate"),
            Schedule = RateSchedule.Parse(json.String("schedule")),
            WeightNormalization = json.Boolean("weightNormalization"),
            GateLearningRate = json.Double("gateLearningRate"),
            Distillation = json.Double("distillation"),
            Baseline = ReadName<BaselineKind>(json, "baseline"),
        };
        json.End();
        return settings.Validated();
    }

    private static TName ReadName<TName>(StrictObject json, string property)
        where TName : struct, Enum
    {
        var name = json.String(property);
        return Enum.GetNames(typeof(TName)).Contains(name)
            ? (TName)Enum.Parse(typeof(TName), name)
            : throw json.Wrong(property, $"is not the name of a {typeof(TName).Name}");
    }
}
