using System.Diagnostics;
using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using TorchSharp;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>The place in the model project's code that called a native function.</summary>
/// <param name="Text">Such as <c>Block.forward, Block.cs:12</c>.</param>
internal sealed record CodePlace(string Text)
{
    private static readonly Assembly[] Others = [typeof(torch).Assembly, typeof(CodePlace).Assembly, typeof(CompressedModel).Assembly, typeof(AbsException).Assembly];

    /// <summary>The innermost method on the stack that is the model project's, or a package's of its own.</summary>
    public static CodePlace Here()
    {
        foreach (var frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is { DeclaringType: { } type } method && IsModels(type.Assembly))
            {
                var place = $"{type.Name}.{method.Name}";
                return new CodePlace(frame.GetFileName() is { } file ? FormattableString.Invariant($"{place}, {Path.GetFileName(file)}:{frame.GetFileLineNumber()}") : place);
            }
        }

        return new CodePlace("the network");
    }

    private static bool IsModels(Assembly assembly) =>
        Array.IndexOf(Others, assembly) < 0 && assembly.GetName().Name is { } name && name != "System" && !name.StartsWith("System.", StringComparison.Ordinal);
}
