namespace AbsBuildTasks.Search.OnnxExport.Passes;

/// <summary>What a plan counts of a layer's channels.</summary>
/// <param name="Filters">For each filter whether it stays.</param>
/// <param name="Inputs">For each input, over all groups, whether it is anything but zero.</param>
internal sealed record PlannedChannels(bool[] Filters, bool[] Inputs);
