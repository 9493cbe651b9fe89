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
    /// <summary>Shows what changed in a plan since its snapshot, or in a snapshot or folder of them since the main branch.</summary>
    /// <param name="context">The context.</param>
    /// <param name="plan">The plan or the folder.</param>
    /// <returns>Whether something differs.</returns>
    /// <exception cref="CakeException">The command is not to be found, or failed.</exception>
    /// <example>
    /// <code>
    /// AbsDiff("./src/Models/AbsPlans");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static bool AbsDiff(this ICakeContext context, FilePath plan) => AbsDiff(context, plan, new AbsDiffSettings());

    /// <summary>Compares a plan with its snapshot, or a snapshot or folder of them with a git reference.</summary>
    /// <param name="context">The context.</param>
    /// <param name="plan">The plan or the folder.</param>
    /// <param name="settings">How they are compared, with the reference as <see cref="AbsDiffSettings.Base"/>.</param>
    /// <returns>Whether something differs.</returns>
    /// <exception cref="CakeException">The command is not to be found, or failed.</exception>
    /// <example>
    /// <code>
    /// AbsDiff("./src/Models/AbsPlans", new AbsDiffSettings
    /// {
    ///     Base = "origin/main",
    ///     Format = AbsDiffFormat.Markdown,
    ///     Output = "./artifacts/plans.md",
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static bool AbsDiff(this ICakeContext context, FilePath plan, AbsDiffSettings settings) => Run(context, plan, null, settings);

    /// <summary>Shows what changed between two plans or two folders of plans.</summary>
    /// <param name="context">The context.</param>
    /// <param name="before">The plan or folder before.</param>
    /// <param name="after">The plan or folder after.</param>
    /// <returns>Whether something differs.</returns>
    /// <exception cref="CakeException">The command is not to be found, or failed.</exception>
    /// <example>
    /// <code>
    /// AbsDiff("./before.plan.json", "./after.plan.json");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static bool AbsDiff(this ICakeContext context, FilePath before, FilePath after) => AbsDiff(context, before, after, new AbsDiffSettings());

    /// <summary>Compares two plans or two folders of plans.</summary>
    /// <param name="context">The context.</param>
    /// <param name="before">The plan or folder before.</param>
    /// <param name="after">The plan or folder after.</param>
    /// <param name="settings">How they are compared.</param>
    /// <returns>Whether something differs.</returns>
    /// <exception cref="CakeException">The command is not to be found, or failed.</exception>
    /// <example>
    /// <code>
    /// if (AbsDiff("./before.plan.json", "./after.plan.json", new AbsDiffSettings { Format = AbsDiffFormat.Json, Output = "./artifacts/plans.json" }))
    /// {
    ///     Warning("Plans changed: see artifacts/plans.json.");
    /// }
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static bool AbsDiff(this ICakeContext context, FilePath before, FilePath after, AbsDiffSettings settings) => Run(context, before, after, settings);

    private static bool Run(ICakeContext context, FilePath plan, FilePath? other, AbsDiffSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new AbsDiffRunner(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools, context.Log).Run(plan, other, settings);
    }
}
