namespace AbsBuildTasks.Search.Structure;

/// <summary>The noise of some runs of a trace.</summary>
/// <param name="Seed">Which noise.</param>
/// <param name="Sign">1: all of it above zero; -1: below; 0: both.</param>
/// <param name="Scale">Its size.</param>
/// <param name="Training">Whether the network runs as in training.</param>
/// <param name="Example">Which of the real examples it runs on.</param>
/// <param name="NegativeState">
/// Whether parameters and buffers of what runs as it is are below zero. What is no number then, a root for example, shows nothing.
/// </param>
internal sealed record TraceDraw(int Seed, int Sign = 0, double Scale = 1, bool Training = false, int Example = 0, bool NegativeState = false);
