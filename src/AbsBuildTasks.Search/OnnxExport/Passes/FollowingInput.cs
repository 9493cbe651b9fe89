namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>An input of a node that has a value for each channel of another one, and must lose those that go.</summary>
/// <param name="Output">The node's first output, by which it is found.</param>
/// <param name="Value">The input.</param>
/// <param name="Axis">The input's dimension that counts channels.</param>
/// <param name="Slots">The places of the channels.</param>
internal sealed record FollowingInput(string Output, string Value, int Axis, int[] Slots);
