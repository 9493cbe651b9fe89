using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Cli.Watching;

/// <summary>The folder of a search that ran is gone, and no event said how it ended. Only who follows it finds that out: no file of events has it.</summary>
/// <param name="Model">The model's name.</param>
internal sealed record SearchGone(string Model) : BuildEvent(Model);
