namespace AbsBuildTasks.State;

/// <summary>What the record of an earlier build says, which a build that has nothing to do repeats.</summary>
/// <param name="Plans">Files of plans.</param>
/// <param name="Kept">What else the folder in <c>obj</c> holds of them.</param>
/// <param name="Log">What the build says where it says everything.</param>
/// <param name="Warnings">Warnings that still hold: a code and a text each.</param>
internal sealed record CurrentBuild(List<string> Plans, List<string> Kept, List<string> Log, List<(string Code, string Text)> Warnings);
