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
    /// <summary>Gets or sets whether changed plans are summed up, and failures shown beside the snapshot, where the build server can (<c>AbsSummary</c>).</summary>
    public AbsSummary? Summary { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsVerifyPlans";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        .. base.PackageProperties(environment),
        ("AbsSummary", PropertyText.Of(Summary)),
    ];
}
