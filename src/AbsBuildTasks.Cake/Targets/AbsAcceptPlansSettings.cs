namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which plans become snapshots. What is not set is left to the project.</summary>
/// <example>
/// <code>
/// AbsAcceptPlans("./src/Models/Models.csproj", new AbsAcceptPlansSettings { Configuration = "Release" });
/// </code>
/// </example>
public sealed class AbsAcceptPlansSettings : AbsTargetSettings
{
    /// <inheritdoc/>
    internal override string Target => "AbsAcceptPlans";
}
