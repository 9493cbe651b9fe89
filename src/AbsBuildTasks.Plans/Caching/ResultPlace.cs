namespace AbsBuildTasks.Plans.Caching;

/// <summary>Where the files of one search lie.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Model">The model.</param>
/// <param name="Fingerprint">The search's fingerprint.</param>
internal sealed record ResultPlace(string Folder, string Model, string Fingerprint)
{
    /// <summary>The path of a file, whether it exists or not.</summary>
    public string PathOf(ResultFile kind) => Path.Combine(Folder, Model + kind.Suffix);
}
