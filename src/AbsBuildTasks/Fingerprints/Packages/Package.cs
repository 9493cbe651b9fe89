namespace AbsBuildTasks.Fingerprints.Packages;

/// <summary>A package, or a referenced project, as restore found it for no particular runtime.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="IsProject">Whether it is a project.</param>
/// <param name="Dependencies">Names of what it depends on.</param>
/// <param name="Assemblies">Full paths of its assemblies, for any runtime.</param>
/// <param name="HasNative">Whether it brings native libraries, for any runtime.</param>
/// <param name="HasContent">Whether it brings files that are copied beside the project's assembly.</param>
internal sealed record Package(string Name, string Version, bool IsProject, IReadOnlyList<string> Dependencies, IReadOnlyList<string> Assemblies, bool HasNative, bool HasContent)
{
    private const string Engine = "AbsBuildTasks.";

    /// <summary>Whether it brings anything that code could use while it runs.</summary>
    public bool IsOfUse => !IsProject && (Assemblies.Count > 0 || HasNative || HasContent);

    /// <summary>Whether it is one of this product's, whose version counts by itself.</summary>
    public bool IsEngine => Name.StartsWith(Engine, StringComparison.OrdinalIgnoreCase);
}
