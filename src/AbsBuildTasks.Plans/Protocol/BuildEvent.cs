namespace AbsBuildTasks.Plans.Protocol;

/// <summary>What a build tells of a model's search, one line of its events file each.</summary>
/// <param name="Model">The model's name.</param>
internal abstract record BuildEvent(string Model);

/// <summary>A search begins.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Budget">Bit-operations at most, relative to full precision, 0 to 1; null where the budget does not limit them.</param>
/// <param name="Epochs">Epochs that all phases have together, for all budgets; where a plan loses too much, more are added.</param>
internal sealed record SearchStarted(string Model, double? Budget, int Epochs) : BuildEvent(Model);

/// <summary>The worker reports something.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Event">What it reports.</param>
/// <param name="Seconds">When, in seconds since the build asked for it, time in a queue included; null where that is not known.</param>
internal sealed record SearchReported(string Model, WorkerEvent Event, double? Seconds = null) : BuildEvent(Model);
