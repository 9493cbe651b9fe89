using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Worker.Models;
using AbsBuildTasks.Worker.Protocol;
using AbsBuildTasks.Worker.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Worker.Running;

/// <summary>One request, from its file to the plan's files.</summary>
/// <param name="events">Told what happens.</param>
internal sealed class RequestedSearch(EventWriter events)
{
    /// <summary>Runs the request.</summary>
    /// <param name="request">What to search for.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="AbsException">The search failed, for a reason that the user can mend.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public void Run(SearchRequest request, CancellationToken cancellation)
    {
        var type = ModelType.Find(ModelAssembly.Load(request.AssemblyFile), request.TypeName);
        void Tell(string text) => events.Write(new MessageEvent(text));
        void Warn(string code, string text) => events.Write(new WarningEvent(code, text));
        TorchRuntime.EnsureLoaded(request.NativeDirectory, Tell);
        var device = new DeviceChoice(TorchRuntime.HasCudaFlavour, () => cuda.is_available() ? cuda.device_count() : 0).Of(request.Device, Warn);
        Tell($"device: {device}");
        var job = new SearchJob
        {
            Model = request.Model,
            Fingerprint = request.Fingerprint,
            Settings = request.Settings,
            Context = new ModelContext(request.ProjectDirectory, request.DataFiles),
            Device = device,
            StartingWeights = request.StartingWeights,
            WarmStart = request is { WarmStart: { } start, WarmStartHash: { } hash } ? new(start, hash) : null,
            CheckpointDirectory = request.CheckpointDirectory,
            StageDirectory = request.StageDirectory,
            StageKeys = new(request.TrainingKey, request.BaselineKey, request.SearchKey),
            Afresh = SearchStage.Of(request.Afresh),
            StopAfter = request.StopAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            HeldPlan = request.LockFile is { } file ? ReadLock(file, request) : null,
            Latency = request.LatencyTable is { } table ? LatencyJson.Read(table, "the latency table") : null,
            FindProducts = examples => TracedProducts.Of(request, examples, Tell),
            Tell = Tell,
            Warn = Warn,
            TellStep = events.Write,
            TellLimit = share => events.Write(new LimitEvent(share)),
        };
        var model = (IAbsModel)Activator.CreateInstance(type)!;
        using var result = SearchEngine.Run(model, job, progress => Report(progress, model.MetricName), cancellation);
        ResultFiles.Write(result, request.OutputDirectory);
    }

    /// <summary>Runs the request as a job of a queue, of which another copy may run at the same time: the first result that is whole counts.</summary>
    /// <param name="request">What to search for.</param>
    /// <param name="runFolder">The folder of this run.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="AbsException">The search failed, for a reason that the user can mend.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public void RunAsJob(SearchRequest request, string runFolder, CancellationToken cancellation)
    {
        var (files, result) = (Directory.CreateDirectory(JobFolder.FilesOf(runFolder)).FullName, JobFolder.ResultOf(runFolder));
        Run(request with { OutputDirectory = files }, cancellation);
        try
        {
            Directory.Move(files, result);
        }
        catch (IOException) when (Directory.Exists(result))
        {
            events.Write(new MessageEvent("another copy of the job was first with its result, which counts"));
        }
    }

    private static CompressionPlan ReadLock(string file, SearchRequest request)
    {
        var plan = PlanFile.Read(file).Plan;
        return plan.Fingerprint == request.Fingerprint && plan.Model == request.Model
            ? plan
            : throw new AbsException(AbsCodes.LockOutdated, $"{file} is the snapshot of other inputs: it was changed while the build ran. Build again.");
    }

    private void Report(SearchProgress progress, string metricName)
    {
        foreach (var layers in progress.Layers.Chunk(LayersEvent.Most))
        {
            events.Write(new LayersEvent(progress.Phase, progress.Done, layers));
        }

        events.Write(new ProgressEvent(progress.Phase, progress.Epoch, progress.Epochs, progress.Loss, progress.Metric, progress.RelativeBops, metricName, progress.Done, progress.TestLoss));
    }
}
