using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>What there is of a model, as items.</summary>
/// <param name="Plans">Its plan, with the model item's metadata.</param>
/// <param name="Files">Every file of the plan, and what it was made from.</param>
/// <param name="Records">What else the folder in <c>obj</c> holds.</param>
internal sealed record ModelFiles(ITaskItem[] Plans, ITaskItem[] Files, ITaskItem[] Records);
