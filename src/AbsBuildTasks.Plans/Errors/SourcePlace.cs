namespace AbsBuildTasks.Plans.Errors;

/// <summary>A place in a file, as compilers name it.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its line, from 1; 0 where the whole file is meant.</param>
/// <param name="Column">The column, from 1; 0 where the whole file is meant.</param>
internal sealed record SourcePlace(string File, int Line = 0, int Column = 0);
