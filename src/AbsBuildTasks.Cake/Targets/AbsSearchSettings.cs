namespace AbsBuildTasks.Cake.Targets;

/// <summary>How plans are searched. What is not set is left to the project.</summary>
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
public class AbsSearchSettings : AbsTargetSettings
{
    /// <summary>Gets or sets when a search runs (<c>AbsSearchMode</c>).</summary>
    public AbsSearchMode? SearchMode { get; set; }

    /// <summary>Gets or sets where searches run (<c>AbsDevice</c>): <c>auto</c>, <c>cpu</c>, <c>cuda</c>, or <c>cuda:N</c>.</summary>
    public string? Device { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsSearch";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> OwnProperties() =>
    [
        ("AbsSearchMode", PropertyText.Of(SearchMode)),
        ("AbsDevice", Device),
    ];
}
