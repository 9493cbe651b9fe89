namespace AbsBuildTasks.Search.Import;

/// <summary>One node that runs for each batch.</summary>
/// <param name="Label">How messages name it.</param>
/// <param name="Run">Runs it.</param>
/// <param name="Inputs">The values that go in; empty where one is left out.</param>
/// <param name="Outputs">The values that come out; empty where one is not wanted.</param>
internal sealed record NetworkStep(string Label, Operation Run, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
