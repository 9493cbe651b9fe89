using Cake.Common.Tools.DotNet;

namespace AbsBuildTasks.Cake.Targets;

/// <summary>What every target of the AbsBuildTasks package can be told. What is not set is left to the project.</summary>
/// <example>
/// <code>
/// AbsVerifyPlans("./src/Models/Models.csproj", new AbsVerifyPlansSettings
/// {
///     Configuration = "Release",
///     Properties = { ["UseCuda"] = "true" },
/// });
/// </code>
/// </example>
public abstract class AbsTargetSettings : DotNetSettings
{
    /// <summary>Gets or sets the configuration to build, such as <c>Release</c>.</summary>
    public string? Configuration { get; set; }

    /// <summary>Gets or sets the target framework to build, of a project that has several.</summary>
    public string? Framework { get; set; }

    /// <summary>Gets or sets a value indicating whether packages are taken as restored.</summary>
    public bool? NoRestore { get; set; }

    /// <summary>Gets or sets the folder of the snapshots (<c>AbsSnapshotDirectory</c>); relative to the script's working folder.</summary>
    public DirectoryPath? SnapshotDirectory { get; set; }

    /// <summary>Gets or sets which differences fail, and what reports and snapshots say of that (<c>AbsSnapshotPolicy</c>).</summary>
    public AbsSnapshotPolicy? SnapshotPolicy { get; set; }

    /// <summary>Gets or sets how much worse a plan may get (<c>AbsSnapshotTolerance</c>), such as <c>metric=1;bops=5%</c>.</summary>
    public string? SnapshotTolerance { get; set; }

    /// <summary>Gets further MSBuild properties by name, taken literally; these win over the settings above.</summary>
    public IDictionary<string, string> Properties { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the MSBuild target that is run.</summary>
    internal abstract string Target { get; }

    /// <summary>The package's properties that are set; null is unset.</summary>
    /// <param name="environment">Makes paths absolute.</param>
    internal virtual IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        ("AbsSnapshotDirectory", SnapshotDirectory?.MakeAbsolute(environment).FullPath),
        ("AbsSnapshotPolicy", PropertyText.Of(SnapshotPolicy)),
        ("AbsSnapshotTolerance", SnapshotTolerance),
    ];
}
