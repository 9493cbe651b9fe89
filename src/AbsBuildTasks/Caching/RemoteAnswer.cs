namespace AbsBuildTasks.Caching;

/// <summary>What a build has from its remote cache for a plan.</summary>
internal enum RemoteAnswer
{
    /// <summary>Nothing, as the project names no remote cache.</summary>
    None,

    /// <summary>The plan.</summary>
    Hit,

    /// <summary>Nothing, though other plans are stored there.</summary>
    Miss,

    /// <summary>Nothing, and nothing says that a build ever stored a plan there: the address may lead elsewhere.</summary>
    Unknown,

    /// <summary>Something that cannot be used.</summary>
    Useless,

    /// <summary>Nothing, as it cannot be asked, or has failed before.</summary>
    Unavailable,
}
