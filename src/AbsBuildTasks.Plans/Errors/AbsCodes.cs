namespace AbsBuildTasks.Plans.Errors;

/// <summary>The codes of every failure and warning. Each has an entry in docs/errors.md.</summary>
public static class AbsCodes
{
    /// <summary>The named model type does not exist, or does not implement the contract.</summary>
    public const string ModelTypeNotFound = "ABS1001";

    /// <summary>No type was named and the assembly has several that implement the contract.</summary>
    public const string ModelTypeAmbiguous = "ABS1002";

    /// <summary>The candidate bitwidths do not form a chain of multiples.</summary>
    public const string InvalidBits = "ABS1003";

    /// <summary>The budget cannot be read.</summary>
    public const string InvalidBudget = "ABS1004";

    /// <summary>A setting's value cannot be read or is out of range.</summary>
    public const string InvalidSetting = "ABS1005";

    /// <summary>Two models have the same name, or a name cannot be a file name.</summary>
    public const string InvalidModelName = "ABS1006";

    /// <summary>The project cannot be searched: no deps file, or an incompatible target framework.</summary>
    public const string UnsupportedProject = "ABS1007";

    /// <summary>A file or folder of the build cannot be read or written.</summary>
    public const string FileAccess = "ABS1008";

    /// <summary>A pattern of <c>Layers</c> matches no layer of the network.</summary>
    public const string LayerNotFound = "ABS1009";

    /// <summary>Models of one name come together in one output folder.</summary>
    public const string SameNames = "ABS1010";

    /// <summary>A target is neither one that has a name nor a file.</summary>
    public const string TargetNotFound = "ABS1011";

    /// <summary>A file does not describe a target.</summary>
    public const string InvalidTarget = "ABS1012";

    /// <summary>A setting, or a layer, asks for what the target does not run.</summary>
    public const string TargetContradicted = "ABS1014";

    /// <summary>The accepted plan that was to be kept is not here, with what it was made from.</summary>
    public const string NothingToKeep = "ABS1021";

    /// <summary>An accepted plan cannot be kept, as more has changed than code and packages.</summary>
    public const string CannotKeep = "ABS1022";

    /// <summary>A folder from which code is loaded can be written by others.</summary>
    public const string UnsafeFolder = "ABS1031";

    /// <summary>An argument of the command line is an option, and the name of a file.</summary>
    public const string OptionOrFile = "ABS1032";

    /// <summary>A budget limits latency, and there is no table of measured times.</summary>
    public const string LatencyTableMissing = "ABS1041";

    /// <summary>A latency table cannot be read.</summary>
    public const string InvalidLatencyTable = "ABS1042";

    /// <summary>A latency table does not tell the time of a layer.</summary>
    public const string LatencyUnknown = "ABS1043";

    /// <summary>The model project has no ONNX Runtime to measure with, or one that does not load.</summary>
    public const string RuntimeMissing = "ABS1044";

    /// <summary>ONNX Runtime cannot run what is to be measured.</summary>
    public const string NotMeasurable = "ABS1045";

    /// <summary>No search runs that could be stopped.</summary>
    public const string NothingToStop = "ABS1051";

    /// <summary>The port at which a page of searches was to be served cannot be had.</summary>
    public const string PortNotFree = "ABS1055";

    /// <summary>A data file does not exist.</summary>
    public const string DataFileMissing = "ABS2001";

    /// <summary>A model reads a file that its fingerprint does not cover.</summary>
    public const string DataFileNotCovered = "ABS2002";

    /// <summary>A layer was run by <c>forward()</c> instead of <c>call()</c>, or not at all.</summary>
    public const string LayerNotCalled = "ABS2003";

    /// <summary>The model project's own code threw an exception.</summary>
    public const string ModelCodeFailed = "ABS2004";

    /// <summary>Data does not have the shape or values that training needs.</summary>
    public const string InvalidData = "ABS2005";

    /// <summary>The native torch libraries cannot be loaded.</summary>
    public const string NativeLibrary = "ABS2006";

    /// <summary>The starting weights are missing or do not fit the network.</summary>
    public const string InvalidCheckpoint = "ABS2007";

    /// <summary>The network has nothing that can be compressed.</summary>
    public const string NothingToCompress = "ABS2008";

    /// <summary>The network has a kind of layer that cannot be compressed.</summary>
    public const string UnsupportedLayer = "ABS2010";

    /// <summary>The device asked for is not available.</summary>
    public const string DeviceUnavailable = "ABS2009";

    /// <summary>A compressed weights file is damaged, or belongs to another network.</summary>
    public const string InvalidWeights = "ABS2011";

    /// <summary>A warning: some layers are neither compressed nor counted.</summary>
    public const string LayersLeftAlone = "ABS2012";

    /// <summary>A warning: a CUDA flavour of libtorch, but no GPU.</summary>
    public const string NoGpuFound = "ABS2013";

    /// <summary>The machine or the GPU has too little memory for the search.</summary>
    public const string OutOfMemory = "ABS2014";

    /// <summary>Filters cannot be pruned where one would expect it (a warning).</summary>
    public const string FiltersStay = "ABS2015";

    /// <summary>Settings leave the search nothing to decide (a warning).</summary>
    public const string NothingToDecide = "ABS2016";

    /// <summary>A network shows no layers, as its application is trimmed or it does not register them.</summary>
    public const string LayersNotShown = "ABS2017";

    /// <summary>Native AOT has no code for what a layer takes and gives.</summary>
    public const string SignatureNotCompiled = "ABS2018";

    /// <summary>The network's outputs are not finite numbers where it is evaluated.</summary>
    public const string OutputNotFinite = "ABS2021";

    /// <summary>The data hold a value that is not a finite number, and training or evaluation fails of it.</summary>
    public const string DataNotFinite = "ABS2022";

    /// <summary>The loss is not one number, or has no gradient.</summary>
    public const string InvalidLoss = "ABS2023";

    /// <summary>The gradient of the loss cannot be computed.</summary>
    public const string GradientFailed = "ABS2024";

    /// <summary><c>CreateNetwork</c> gives no network, a disposed one, or the same one twice.</summary>
    public const string InvalidNetwork = "ABS2025";

    /// <summary>Fresh weights are not finite, or differ between two calls under one seed.</summary>
    public const string FreshWeightsDiffer = "ABS2026";

    /// <summary><c>Forward</c> gives no outputs.</summary>
    public const string InvalidOutput = "ABS2027";

    /// <summary>A member of the model looks like one of the contract, but C# never calls it.</summary>
    public const string MemberNotCalled = "ABS2028";

    /// <summary>A layer is given an input without a batch dimension.</summary>
    public const string UnbatchedInput = "ABS2029";

    /// <summary>A batch normalisation has one value a channel, which has no variance.</summary>
    public const string NoVariance = "ABS2030";

    /// <summary>The network or the loss computes gradients itself.</summary>
    public const string GradientInForward = "ABS2031";

    /// <summary>The model's code leaves gradients, or training mode, otherwise than it found them.</summary>
    public const string ModeChanged = "ABS2032";

    /// <summary>The network gives different outputs for the same batch.</summary>
    public const string OutputsDiffer = "ABS2033";

    /// <summary>The network's forward changes its own parameters.</summary>
    public const string WeightsChanged = "ABS2034";

    /// <summary>A model's further metrics are not what the contract asks for.</summary>
    public const string InvalidMetric = "ABS2041";

    /// <summary>What the search leaves alone leaves no room for a budget's share: the layers alone keep it.</summary>
    public const string KeptByLayers = "ABS2042";

    /// <summary>The budget is below the smallest plan that can be reached.</summary>
    public const string ImpossibleBudget = "ABS3001";

    /// <summary>Training diverged: the loss is not a finite number.</summary>
    public const string Diverged = "ABS3002";

    /// <summary>The search was cancelled.</summary>
    public const string Cancelled = "ABS3003";

    /// <summary>The worker process ended without a plan.</summary>
    public const string WorkerFailed = "ABS3004";

    /// <summary>A warning: what an interrupted search left cannot be used.</summary>
    public const string CheckpointUnusable = "ABS3005";

    /// <summary>A warning: a search cannot be kept for the case that it is interrupted.</summary>
    public const string CheckpointNotWritable = "ABS3006";

    /// <summary>The search ended without a plan that loses as little as the budget allows.</summary>
    public const string BudgetMissed = "ABS3007";

    /// <summary>The weights that were written do not give what the plan states.</summary>
    public const string NotDelivered = "ABS3008";

    /// <summary>A queue refused the job that was to search, or its programs are not there.</summary>
    public const string JobRefused = "ABS3012";

    /// <summary>A job of a queue ended without a word from the worker.</summary>
    public const string JobWithoutWord = "ABS3013";

    /// <summary>What a search needs is not where its job ran.</summary>
    public const string MissingOnNode = "ABS3014";

    /// <summary>A warning: a queue gives no answer.</summary>
    public const string QueueSilent = "ABS3015";

    /// <summary>A search's jobs are stopped again and again before they come anywhere.</summary>
    public const string StoppedInVain = "ABS3018";

    /// <summary>The build was cancelled, and the search's job goes on.</summary>
    public const string Detached = "ABS3019";

    /// <summary>A warning: a job that was taken back may still be there.</summary>
    public const string JobStillThere = "ABS3020";

    /// <summary>The command that was to run the worker elsewhere ended without a word from it.</summary>
    public const string LaunchFailed = "ABS3016";

    /// <summary>The search was told to stop, and not by its build.</summary>
    public const string StoppedElsewhere = "ABS3017";

    /// <summary>Somebody stopped the search; its state is kept.</summary>
    public const string Stopped = "ABS3011";

    /// <summary>A network, before the search or after it, is no better than an answer that is the same for every example.</summary>
    public const string NoBetterThanChance = "ABS3021";

    /// <summary>The weights that a search is to start from are missing, damaged, or of another network.</summary>
    public const string InvalidWarmStart = "ABS3022";

    /// <summary>The plan differs from the committed snapshot.</summary>
    public const string SnapshotMismatch = "ABS4001";

    /// <summary>There is no committed snapshot yet.</summary>
    public const string SnapshotMissing = "ABS4002";

    /// <summary>A plan or snapshot file is not a valid plan.</summary>
    public const string InvalidPlan = "ABS4003";

    /// <summary>There is nothing to accept or to report.</summary>
    public const string NoPlanYet = "ABS4004";

    /// <summary>A build server's summary cannot be written.</summary>
    public const string SummaryNotWritten = "ABS4005";

    /// <summary>The plans to compare with cannot be had from git.</summary>
    public const string GitBaseUnavailable = "ABS4006";

    /// <summary>There is no plan where one was looked for.</summary>
    public const string PlanNotFound = "ABS4007";

    /// <summary>A warning: a record of how a search ran cannot be read, and reports go without it.</summary>
    public const string InvalidRunRecord = "ABS4008";

    /// <summary>A warning: a snapshot belongs to no model.</summary>
    public const string SnapshotOrphaned = "ABS4009";

    /// <summary>A plan that was to be accepted is not the plan of the project as it is.</summary>
    public const string StalePlan = "ABS4010";

    /// <summary>The snapshot that was to be the lock is of other inputs.</summary>
    public const string LockOutdated = "ABS4011";

    /// <summary>The decisions of the snapshot that was to be the lock do not fit the network.</summary>
    public const string LockUnfit = "ABS4012";

    /// <summary>A warning: what is published or packed goes without the plan of a model.</summary>
    public const string PlanNotDelivered = "ABS4014";

    /// <summary>A file of reasons for accepted plans cannot be read.</summary>
    public const string InvalidAcceptances = "ABS4015";

    /// <summary>A warning: the reason for which a plan was accepted has expired.</summary>
    public const string AcceptanceExpired = "ABS4016";

    /// <summary>The record of a plan's search does not tell what other decisions would do.</summary>
    public const string SensitivityUnknown = "ABS4017";

    /// <summary>A file of measured noise cannot be read.</summary>
    public const string InvalidNoise = "ABS4018";

    /// <summary>A warning: the policy <c>noise</c> has no measured noise to go by, too few seeds led to a plan, or a search of one ended early.</summary>
    public const string NoiseUnknown = "ABS4019";

    /// <summary>Two plans, or two snapshots, of one model are where one is meant.</summary>
    public const string AmbiguousPlan = "ABS4020";

    /// <summary>A warning: the curves of a search cannot be written for TensorBoard.</summary>
    public const string CurvesNotWritten = "ABS4021";

    /// <summary>A warning: telemetry of a search cannot be sent to the collector that the environment names.</summary>
    public const string TelemetryNotSent = "ABS4022";

    /// <summary>A plan is worse than a release's, by more than is tolerated.</summary>
    public const string BaselineDrift = "ABS4025";

    /// <summary>The release that plans are compared with is neither a folder nor a commit.</summary>
    public const string BaselineUnavailable = "ABS4026";

    /// <summary>A cache entry was damaged and has been removed.</summary>
    public const string CacheEntryCorrupt = "ABS5001";

    /// <summary>The plan is not in the cache, and searching is not allowed.</summary>
    public const string CacheMiss = "ABS5002";

    /// <summary>The cache cannot be written.</summary>
    public const string CacheNotWritable = "ABS5003";

    /// <summary>A folder to be emptied is not a plan cache.</summary>
    public const string NotACache = "ABS5004";

    /// <summary>A cache to be emptied is in use.</summary>
    public const string CacheInUse = "ABS5005";

    /// <summary>A warning: the remote cache cannot be used.</summary>
    public const string RemoteCacheUnavailable = "ABS5006";

    /// <summary>A warning: what the remote cache gave is not what was asked for.</summary>
    public const string RemoteCacheCorrupt = "ABS5007";

    /// <summary>A folder that a build writes to is a link.</summary>
    public const string LinkedFolder = "ABS5031";

    /// <summary>A network does something that ONNX, or the export, has no way to say.</summary>
    public const string NotExportable = "ABS6001";

    /// <summary>An ONNX file has something that is not read: an operator, a version, a type, data elsewhere.</summary>
    public const string UnsupportedOnnx = "ABS6002";

    /// <summary>A file is no ONNX file, a damaged one, or one whose parts do not fit together.</summary>
    public const string InvalidOnnx = "ABS6003";

    /// <summary>A written ONNX file does not give what the compressed network gives.</summary>
    public const string OnnxDiffers = "ABS6004";

    /// <summary>A warning: a model has no ONNX file, because none could be written.</summary>
    public const string OnnxNotWritten = "ABS6005";

    /// <summary>With quantisers at sums, an ONNX file loses more than other test examples would.</summary>
    public const string OnnxLosesMetric = "ABS6006";

    /// <summary>The record beside an ONNX file is damaged.</summary>
    public const string InvalidOnnxRecord = "ABS6007";

    /// <summary>The delivered ONNX file is slower than the unpruned one in floating point.</summary>
    public const string SlowerThanFloat = "ABS6011";

    /// <summary>The delivered ONNX file could not be measured.</summary>
    public const string NotTimed = "ABS6012";

    /// <summary>A defect of this product.</summary>
    public const string Defect = "ABS9001";
}
