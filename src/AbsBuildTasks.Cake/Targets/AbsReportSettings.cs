namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which plans are reported. What is not set is left to the project.</summary>
/// <example>
/// <code>
/// AbsReport("./src/Models/Models.csproj", new AbsReportSettings { Configuration = "Release" });
/// </code>
/// </example>
public sealed class AbsReportSettings : AbsTargetSettings
{
    /// <inheritdoc/>
    internal override string Target => "AbsReport";
}
