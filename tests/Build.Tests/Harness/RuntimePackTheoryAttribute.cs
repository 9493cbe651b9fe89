namespace Build.Tests.Harness;

/// <summary>A test that needs .NET's runtime packs, which only restores that once used them leave in the package folder; skipped without.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimePackTheoryAttribute : TheoryAttribute
{
    public RuntimePackTheoryAttribute()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Skip = Directory.Exists(Path.Combine(packages, "microsoft.netcore.app.runtime.linux-x64")) ? null : "the package folder has no runtime pack of .NET";
    }
}
