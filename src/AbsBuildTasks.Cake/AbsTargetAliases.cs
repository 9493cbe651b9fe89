using AbsBuildTasks.Cake.Targets;
using Cake.Core.Annotations;

namespace AbsBuildTasks.Cake;

/// <summary>Runs the targets of the AbsBuildTasks package on model projects.</summary>
/// <example>
/// <code>
/// #addin nuget:?package=AbsBuildTasks.Cake&amp;version=0.1.0
///
/// Task("Plans").Does(() =&gt; AbsVerifyPlans("./src/Models/Models.csproj"));
/// </code>
/// </example>
[CakeAliasCategory("AbsBuildTasks")]
[CakeNamespaceImport("AbsBuildTasks.Cake.Targets")]
[CakeNamespaceImport("Cake.Common.Tools.DotNet")]
public static class AbsTargetAliases
{
    /// <summary>Builds a model project and searches its plans where none are cached, without comparing them with their snapshots.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <exception cref="CakeException">The build or a search failed.</exception>
    /// <example>
    /// <code>
    /// AbsSearch("./src/Models/Models.csproj");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Search")]
    public static void AbsSearch(this ICakeContext context, FilePath project) => AbsSearch(context, project, new AbsSearchSettings());

    /// <summary>Builds a model project and searches its plans, without comparing them with their snapshots.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <param name="settings">How plans are searched.</param>
    /// <exception cref="CakeException">The build or a search failed.</exception>
    /// <example>
    /// <code>
    /// AbsSearch("./src/Models/Models.csproj", new AbsSearchSettings
    /// {
    ///     Configuration = "Release",
    ///     Device = "cuda",
    ///     CacheDirectory = "./.abs-cache",
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Search")]
    public static void AbsSearch(this ICakeContext context, FilePath project, AbsSearchSettings settings) => Run(context, project, settings);

    /// <summary>Builds a model project and compares its plans with the committed snapshots.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <exception cref="CakeException">The build failed, or a plan is not what its snapshot allows (ABS4001, ABS4002).</exception>
    /// <example>
    /// <code>
    /// AbsVerifyPlans("./src/Models/Models.csproj");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshots")]
    public static void AbsVerifyPlans(this ICakeContext context, FilePath project) => AbsVerifyPlans(context, project, new AbsVerifyPlansSettings());

    /// <summary>Builds a model project and compares its plans with the committed snapshots.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <param name="settings">How plans are searched and compared.</param>
    /// <exception cref="CakeException">The build failed, or a plan is not what its snapshot allows (ABS4001, ABS4002).</exception>
    /// <example>
    /// <code>
    /// // On an agent without a GPU.
    /// AbsVerifyPlans("./src/Models/Models.csproj", new AbsVerifyPlansSettings { SearchMode = AbsSearchMode.Cached });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshots")]
    public static void AbsVerifyPlans(this ICakeContext context, FilePath project, AbsVerifyPlansSettings settings) => Run(context, project, settings);

    /// <summary>Builds a model project without searching, and makes its last plans the snapshots.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <exception cref="CakeException">The build failed, there is no plan to accept (ABS4004), or it is not the plan of the project as it is (ABS4010).</exception>
    /// <example>
    /// <code>
    /// AbsAcceptPlans("./src/Models/Models.csproj");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshots")]
    public static void AbsAcceptPlans(this ICakeContext context, FilePath project) => AbsAcceptPlans(context, project, new AbsAcceptPlansSettings());

    /// <summary>Builds a model project without searching, and makes its last plans the snapshots.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <param name="settings">Which plans become snapshots.</param>
    /// <exception cref="CakeException">The build failed, there is no plan to accept (ABS4004), or it is not the plan of the project as it is (ABS4010).</exception>
    /// <example>
    /// <code>
    /// AbsAcceptPlans("./src/Models/Models.csproj", new AbsAcceptPlansSettings { Configuration = "Release" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshots")]
    public static void AbsAcceptPlans(this ICakeContext context, FilePath project, AbsAcceptPlansSettings settings) => Run(context, project, settings);

    /// <summary>Writes the reports of a model project's plans.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <exception cref="CakeException">The reports cannot be written.</exception>
    /// <example>
    /// <code>
    /// AbsReport("./src/Models/Models.csproj");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static void AbsReport(this ICakeContext context, FilePath project) => AbsReport(context, project, new AbsReportSettings());

    /// <summary>Writes the reports of a model project's plans.</summary>
    /// <param name="context">The context.</param>
    /// <param name="project">The project file or its folder.</param>
    /// <param name="settings">Which plans are reported.</param>
    /// <exception cref="CakeException">The reports cannot be written.</exception>
    /// <example>
    /// <code>
    /// AbsReport("./src/Models/Models.csproj", new AbsReportSettings { Configuration = "Release" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Reports")]
    public static void AbsReport(this ICakeContext context, FilePath project, AbsReportSettings settings) => Run(context, project, settings);

    private static void Run(ICakeContext context, FilePath project, AbsTargetSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        new AbsTargetRunner(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools, context.Log).Run(project, settings);
    }
}
