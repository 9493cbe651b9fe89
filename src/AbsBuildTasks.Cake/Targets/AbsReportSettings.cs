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

    /// <summary>Gets or sets the release that plans may not drift from (<c>AbsBaseline</c>): a commit, or a folder, relative to the project's.</summary>
    public string? Baseline { get; set; }

    /// <summary>Gets or sets how much worse than the release a plan may be (<c>AbsBaselineTolerance</c>), such as <c>metric=1;bops=5%</c>.</summary>
    public string? BaselineTolerance { get; set; }

    /// <summary>Gets or sets what a plan that has drifted further is (<c>AbsBaselineMode</c>).</summary>
    public AbsBaselineMode? BaselineMode { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsReport";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        .. base.PackageProperties(environment),
        ("AbsReportMode", PropertyText.Of(ReportMode)),
        ("AbsSnapshotMode", PropertyText.Of(SnapshotMode)),
        ("AbsBaseline", Baseline),
        ("AbsBaselineTolerance", BaselineTolerance),
        ("AbsBaselineMode", PropertyText.Of(BaselineMode)),
    ];
}
