namespace Build.Tests;

/// <summary>A test that compiles to native code. It is skipped where there is no linker, or where the packages for it are not those of this system.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip =
        !OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64 ? "The packages are restored for Linux on x64."
        : Linker is null ? "There is neither clang nor gcc." : null;

    /// <summary>The compiler that links.</summary>
    public static string? Linker { get; } = Array.Find(["clang", "gcc"], name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name))));
}
