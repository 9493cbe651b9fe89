namespace AbsBuildTasks.Cli.Commands;

/// <summary>Exit codes; documented in docs/cli.md.</summary>
internal static class ExitCodes
{
    /// <summary>Done; for <c>diff</c>: nothing differs.</summary>
    public const int Ok = 0;

    /// <summary>Failed; for <c>diff</c>: something differs.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; for <c>diff</c> also: there is something that cannot be compared.</summary>
    public const int Usage = 2;
}
