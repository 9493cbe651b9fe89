namespace AbsBuildTasks.Plans.Documents;

/// <summary>What is wrong with a plan.</summary>
/// <param name="Path">Where: <c>layers[2].bops</c>.</param>
/// <param name="Message">What: reads on after the path.</param>
internal sealed record PlanProblem(string Path, string Message);
