namespace AbsBuildTasks.Cake.Diffs;

/// <summary>How plans are compared by the <c>abs</c> command line.</summary>
/// <remarks>
/// The command is <see cref="ToolSettings.ToolPath"/> where set, else <c>abs</c> among Cake's tools or on the path,
/// else the local .NET tool (<c>dotnet tool run abs</c>).
/// </remarks>
/// <example>
/// <code>
/// AbsDiff("./src/Models/AbsPlans/digits.plan.verified.json", new AbsDiffSettings
/// {
///     Base = "origin/main",
///     Format = AbsDiffFormat.Markdown,
///     Output = "./artifacts/plans.md",
/// });
/// </code>
/// </example>
public sealed class AbsDiffSettings : ToolSettings
{
    /// <summary>Gets or sets the git reference to compare with: plans are taken from the commit where the current branch left it. Not together with a second plan.</summary>
    public string? Base { get; set; }

    /// <summary>Gets or sets the form of the comparison; text where unset.</summary>
    public AbsDiffFormat? Format { get; set; }

    /// <summary>Gets or sets the file to write; relative to the script's working folder. Unset: the comparison is shown.</summary>
    public FilePath? Output { get; set; }
}
