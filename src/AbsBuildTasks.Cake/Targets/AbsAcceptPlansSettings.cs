namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which plans become snapshots. What is not set is left to the project.</summary>
/// <example>
/// <code>
/// AbsAcceptPlans("./src/Models/Models.csproj", new AbsAcceptPlansSettings { Configuration = "Release" });
/// </code>
/// </example>
public sealed class AbsAcceptPlansSettings : AbsTargetSettings
{
    /// <summary>Gets or sets the names of the models whose plans are accepted (<c>AbsAccept</c>), separated by semicolons; by default all.</summary>
    public string? Accept { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsAcceptPlans";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        .. base.PackageProperties(environment),
        ("AbsAccept", Accept),
    ];
}
