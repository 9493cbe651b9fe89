namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which plans are reported. What is not set is left to the project.</summary>
/// <example>
/// <code>
/// AbsReport("./src/Models/Models.csproj", new AbsReportSettings { Configuration = "Release" });
/// </code>
/// </example>
public sealed class AbsReportSettings : AbsTargetSettings
{
    /// <summary>Gets or sets which reports are written (<c>AbsReportMode</c>).</summary>
    public AbsReportMode? ReportMode { get; set; }

    /// <summary>Gets or sets whether reports compare plans with their snapshots: not where it is <see cref="AbsSnapshotMode.Off"/> (<c>AbsSnapshotMode</c>).</summary>
    public AbsSnapshotMode? SnapshotMode { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsReport";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        .. base.PackageProperties(environment),
        ("AbsReportMode", PropertyText.Of(ReportMode)),
        ("AbsSnapshotMode", PropertyText.Of(SnapshotMode)),
    ];
}
