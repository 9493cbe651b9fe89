namespace AbsBuildTasks.Plans.Text;

/// <summary>A place in a text, as editors and compilers count it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal readonly record struct TextPosition(int Line, int Column);
