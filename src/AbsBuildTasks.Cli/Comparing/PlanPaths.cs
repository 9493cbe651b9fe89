using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Which files hold plans.</summary>
internal static class PlanPaths
{
    /// <summary>The ending of snapshots.</summary>
    public const string Verified = SnapshotPaths.VerifiedEnding;

    /// <summary>The ending of plans that were not accepted.</summary>
    public const string Received = SnapshotPaths.ReceivedEnding;

    /// <summary>The ending of plans that a build made.</summary>
    public const string Built = ".plan.json";

    private static readonly string[] Skipped = ["bin", "obj", ".git", "node_modules"];

    /// <summary>A plan file that was named.</summary>
    /// <exception cref="AbsException">ABS4007: there is no such file.</exception>
    public static string RequireFile(string path) => File.Exists(path)
        ? path
        : throw new AbsException(
            AbsCodes.PlanNotFound,
            Directory.Exists(path)
                ? $"'{Printable.Escape(path)}' is a folder; name a plan file in it, such as a .plan.verified.json."
                : $"There is no file '{Printable.Escape(path)}'; name a plan file, such as AbsPlans/digits.plan.verified.json.");

    /// <summary>The snapshots below a folder, in ordinal order; where there are none, the plans that a build made in the folder itself.</summary>
    public static IReadOnlyList<string> In(string folder)
    {
        string[] verified = [.. Below(folder, Verified).Order(StringComparer.Ordinal)];
        return verified.Length > 0
            ? verified
            : [.. Directory.EnumerateFiles(folder, "*" + Built).Order(StringComparer.Ordinal)];
    }

    /// <summary>All plans of a folder to be shown: those that were not accepted first, then the others.</summary>
    /// <exception cref="AbsException">ABS4007: there is none.</exception>
    public static IReadOnlyList<string> Shown(string folder) => ReceivedIn(folder).Concat(In(folder)).ToArray() is { Length: > 0 } found
        ? found
        : throw new AbsException(AbsCodes.PlanNotFound, $"There is no plan in the folder '{Printable.Escape(folder)}'; name a plan file, or a folder with snapshots in it or below.");

    /// <summary>The plans below a folder that were not accepted, in ordinal order.</summary>
    public static IReadOnlyList<string> ReceivedIn(string folder) => [.. Below(folder, Received).Order(StringComparer.Ordinal)];

    /// <summary>Whether a path, with slashes, is that of a snapshot which <see cref="In"/> would find.</summary>
    public static bool IsSnapshot(string path) =>
        path.EndsWith(Verified, StringComparison.Ordinal) && !path.Split('/').SkipLast(1).Any(Skipped.Contains);

    /// <summary>Whether a file has the name of a snapshot.</summary>
    public static bool IsSnapshotName(string path) => path.EndsWith(Verified, StringComparison.Ordinal);

    /// <summary>A path without the ending: a snapshot is compared with a build's plan of the same model.</summary>
    public static string Key(string path)
    {
        var end = path.LastIndexOf(".plan.", StringComparison.Ordinal);
        return end < 0 ? path : path[..end];
    }

    private static IEnumerable<string> Below(string folder, string ending) =>
        Directory.EnumerateFiles(folder, "*" + ending).Concat(Directory.EnumerateDirectories(folder)
            .Where(child => !Skipped.Contains(Path.GetFileName(child)) && (File.GetAttributes(child) & FileAttributes.ReparsePoint) == 0)
            .SelectMany(child => Below(child, ending)));
}
