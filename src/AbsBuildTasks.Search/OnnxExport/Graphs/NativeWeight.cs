namespace AbsBuildTasks.Search.OnnxExport.Graphs;

/// <summary>A constant of a graph that holds weights of a native module.</summary>
/// <param name="Names">The weights' names in the network: one, or one for each slice along the first dimension.</param>
/// <param name="MeetsInput">Whether they meet the first input of the node that has the constant.</param>
internal sealed record NativeWeight(IReadOnlyList<string> Names, bool MeetsInput);
