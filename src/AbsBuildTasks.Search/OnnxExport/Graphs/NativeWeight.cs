namespace AbsBuildTasks.Search.OnnxExport.Graphs;

/// <summary>A constant of a graph that holds a weight of a native module.</summary>
/// <param name="Name">The weight's name in the network.</param>
/// <param name="MeetsInput">Whether they meet the first input of the node that has the constant.</param>
internal sealed record NativeWeight(string Name, bool MeetsInput);
