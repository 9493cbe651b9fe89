using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>How a worker ended.</summary>
/// <param name="ExitCode">The process's exit code.</param>
/// <param name="IsKilled">Whether it did not end by itself and had to be killed.</param>
/// <param name="Last">Its <see cref="DoneEvent"/> or <see cref="ErrorEvent"/>; null where it said neither.</param>
/// <param name="Words">What its standard error says of its end: how it crashed, or its last lines.</param>
internal sealed record WorkerOutcome(int ExitCode, bool IsKilled, WorkerEvent? Last, IReadOnlyList<string> Words);
