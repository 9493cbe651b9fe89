namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>An error at a place that a build server can show beside the code.</summary>
/// <param name="Code">The error's code.</param>
/// <param name="File">The file's full path.</param>
/// <param name="Line">The line, from 1; 0 where the whole file is meant.</param>
/// <param name="Column">The column, from 1; 0 where the whole line is meant.</param>
/// <param name="Message">One line: what is wrong and what to do about it.</param>
internal sealed record CiProblem(string Code, string File, int Line, int Column, string Message);
