namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>A checkpoint cannot be used. Never leaves the engine, which warns and searches from the start.</summary>
/// <param name="why">What is wrong with it, as the end of a sentence that starts with the checkpoint.</param>
/// <param name="innerException">The cause, where there is one.</param>
internal sealed class CheckpointException(string why, Exception? innerException = null) : Exception(why, innerException);
