namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>One of the project's assemblies cannot be read.</summary>
/// <param name="assembly">The assembly.</param>
/// <param name="cause">What went wrong.</param>
internal sealed class NotUnderstoodException(CodeAssembly assembly, Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>The assembly.</summary>
    public CodeAssembly Assembly => assembly;

    /// <summary>Whether an exception is one that reading a damaged file throws.</summary>
    public static bool IsOfDamage(Exception exception) => exception is BadImageFormatException or ArgumentException or InvalidOperationException
        or InvalidCastException or ArithmeticException or IndexOutOfRangeException or KeyNotFoundException;
}
