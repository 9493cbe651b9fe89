namespace AbsBuildTasks.Tasks;

/// <summary>What <c>AbsSearchMode</c> may be.</summary>
internal static class SearchMode
{
    /// <summary>Takes plans where they are, and else searches.</summary>
    public const string Auto = "auto";

    /// <summary>Never searches.</summary>
    public const string Cached = "cached";

    /// <summary>Takes the decisions of the snapshot.</summary>
    public const string Locked = "locked";

    /// <summary>Searches, whatever is there.</summary>
    public const string Force = "force";

    /// <summary>Does nothing.</summary>
    public const string Off = "off";
}
