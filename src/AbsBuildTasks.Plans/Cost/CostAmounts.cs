namespace AbsBuildTasks.Plans.Cost;

/// <summary>How people write a cost in its own unit, where a budget may limit it so beside by a share of full precision.</summary>
/// <param name="Noun">What such an amount is called: <c>a size</c>.</param>
/// <param name="Advice">How a budget states it, for a message.</param>
/// <param name="Example">One amount, for a message.</param>
/// <param name="Read">Reads an amount, zero at least; null for what is none.</param>
/// <param name="Write">Writes an amount, one at least, in its one spelling.</param>
internal sealed record CostAmounts(string Noun, string Advice, string Example, Func<string, long?> Read, Func<long, string> Write);
