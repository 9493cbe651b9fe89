namespace AbsBuildTasks.Tracing.Tests;

/// <summary>A test on ONNX files of other makers: it runs only where <see cref="Variable"/> names a folder that has some.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FilesFactAttribute : FactAttribute
{
    /// <summary>The variable of the environment.</summary>
    public const string Variable = "ABS_ONNX_FILES";

    /// <summary>Skips the test where it is not asked for.</summary>
    public FilesFactAttribute()
    {
        if (Folder is null)
        {
            Skip = $"Set {Variable} to a folder of ONNX files (docs/testing.md).";
        }
    }

    /// <summary>The folder; null for none.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;
}
