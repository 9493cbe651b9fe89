using AbsBuildTasks.Cake.Diffs;
using Cake.Core.Annotations;

namespace AbsBuildTasks.Cake;

/// <summary>Compares plans by the <c>abs</c> command line (the .NET tool AbsBuildTasks.Tool).</summary>
/// <example>
/// <code>
/// #addin nuget:?package=AbsBuildTasks.Cake&amp;version=0.1.0
///
/// Task("Diff").Does(() =&gt; AbsDiff("./before.plan.json", "./after.plan.json"));
/// </code>
/// </example>
[CakeAliasCategory("AbsBuildTasks")]
[CakeNamespaceImport("AbsBuildTasks.Cake.Diffs")]
public static class AbsDiffAliases
{
    /// <summary>Shows what changed between two plans.</summary>
    /// <param name="context">The context.</param>
    /// <param name="before">The plan before.</param>
    /// <param name="after">The plan after.</param>
    /// <exception cref="CakeException">The command is not to be found, or failed.</exception>
    /// <example>
    /// <code>
    /// AbsDiff("./before.plan.json", "./after.plan.json");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static void AbsDiff(this ICakeContext context, FilePath before, FilePath after) => AbsDiff(context, before, after, new AbsDiffSettings());

    /// <summary>Compares two plans.</summary>
    /// <param name="context">The context.</param>
    /// <param name="before">The plan before.</param>
    /// <param name="after">The plan after.</param>
    /// <param name="settings">How they are compared.</param>
    /// <exception cref="CakeException">The command is not to be found, or failed.</exception>
    /// <example>
    /// <code>
    /// AbsDiff("./before.plan.json", "./after.plan.json", new AbsDiffSettings
    /// {
    ///     Format = AbsDiffFormat.Html,
    ///     Output = "./artifacts/plans.html",
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static void AbsDiff(this ICakeContext context, FilePath before, FilePath after, AbsDiffSettings settings) => Run(context, before, after, settings);

    /// <summary>Compares a plan with the same file at a git reference.</summary>
    /// <param name="context">The context.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">How they are compared, with the reference as <see cref="AbsDiffSettings.Base"/>.</param>
    /// <exception cref="CakeException">The command is not to be found, or failed.</exception>
    /// <example>
    /// <code>
    /// AbsDiff("./src/Models/AbsPlans/digits.plan.verified.json", new AbsDiffSettings { Base = "origin/main" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static void AbsDiff(this ICakeContext context, FilePath plan, AbsDiffSettings settings) => Run(context, plan, null, settings);

    private static void Run(ICakeContext context, FilePath plan, FilePath? other, AbsDiffSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        new AbsDiffRunner(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools, context.Log).Run(plan, other, settings);
    }
}
