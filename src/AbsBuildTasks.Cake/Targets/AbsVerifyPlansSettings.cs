namespace AbsBuildTasks.Cake.Targets;

/// <summary>How plans are searched and compared with their snapshots. What is not set is left to the project.</summary>
/// <example>
/// <code>
/// AbsVerifyPlans("./src/Models/Models.csproj", new AbsVerifyPlansSettings
/// {
///     SearchMode = AbsSearchMode.Cached,
///     SnapshotPolicy = AbsSnapshotPolicy.NoRegression,
///     SnapshotTolerance = "metric=1;bops=5%",
/// });
/// </code>
/// </example>
public sealed class AbsVerifyPlansSettings : AbsSearchSettings
{
    /// <summary>Gets or sets which differences fail (<c>AbsSnapshotPolicy</c>).</summary>
    public AbsSnapshotPolicy? SnapshotPolicy { get; set; }

    /// <summary>Gets or sets how much worse a plan may get (<c>AbsSnapshotTolerance</c>), such as <c>metric=1;bops=5%</c>.</summary>
    public string? SnapshotTolerance { get; set; }

    /// <summary>Gets or sets whether changed plans are summed up, and failures shown beside the snapshot, where the build server can (<c>AbsSummary</c>).</summary>
    public AbsSummary? Summary { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsVerifyPlans";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        .. base.PackageProperties(environment),
        ("AbsSnapshotPolicy", PropertyText.Of(SnapshotPolicy)),
        ("AbsSnapshotTolerance", SnapshotTolerance),
        ("AbsSummary", PropertyText.Of(Summary)),
    ];
}
