using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Fingerprints.Packages;

/// <summary>The packages that restore found for a project: <c>project.assets.json</c>.</summary>
/// <remarks>
/// Of its lists the one for no particular runtime is taken. It is there whether or not a runtime was asked for, and the
/// same both times; a deps file leaves out what the runtime that was asked for does not need.
/// </remarks>
internal static class AssetsFile
{
    private const string Nothing = "_._";

    /// <summary>Reads the packages by name, in any case.</summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="framework">The project's target framework; empty where it has one only.</param>
    /// <param name="direct">Names of what the project itself refers to.</param>
    /// <returns>Null where there is no such file, or none that can be read.</returns>
    public static IReadOnlyDictionary<string, Package>? TryRead(string path, string framework, out IReadOnlyList<string> direct)
    {
        direct = [];
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            var file = JObject.Parse(File.ReadAllText(path));
            if (TargetOf(file, framework) is not { } target)
            {
                return null;
            }

            string[] folders = [.. ((JObject)file["packageFolders"]!).Properties().Select(folder => folder.Name)];
            direct = [.. ((JObject)file["projectFileDependencyGroups"]!).Properties().SelectMany(group => (JArray)group.Value).Select(entry => ((string)entry!).Split(' ')[0]).Distinct(StringComparer.OrdinalIgnoreCase)];
            return target.Properties().Select(entry => Read(entry, (JObject)file["libraries"]!, folders)).ToDictionary(package => package.Name, StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is JsonException or InvalidCastException or NullReferenceException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    // A platform's version may be in the list's name, and not in the project: net10.0-windows7.0.
    private static JObject? TargetOf(JObject file, string framework)
    {
        JProperty[] targets = [.. ((JObject)file["targets"]!).Properties().Where(target => !target.Name.Contains('/'))];
        string[] names = [framework, .. AliasedBy(file, framework)];
        var found = targets.Length == 1 ? targets[0] : Array.Find(targets, target => names.Contains(target.Name, StringComparer.OrdinalIgnoreCase));
        return (JObject?)found?.Value;
    }

    private static IEnumerable<string> AliasedBy(JObject file, string alias) => ((JObject)file["project"]!["frameworks"]!).Properties()
        .Where(framework => alias.Equals((string?)framework.Value["targetAlias"], StringComparison.OrdinalIgnoreCase))
        .Select(framework => framework.Name);

    private static Package Read(JProperty entry, JObject libraries, string[] folders)
    {
        var (name, version) = (entry.Name.Split('/')[0], entry.Name.Split('/')[1]);
        var root = folders.Select(folder => Path.Combine(folder, (string?)libraries[entry.Name]?["path"] ?? "")).FirstOrDefault(Directory.Exists) ?? "";
        var others = Assets(entry, "runtimeTargets");
        return new(
            name,
            version,
            (string?)entry.Value["type"] == "project",
            [.. Assets(entry, "dependencies").Select(dependency => dependency.Name)],
            [.. Assets(entry, "runtime").Concat(others.Where(IsRuntime)).Select(asset => Path.Combine(root, asset.Name))],
            Assets(entry, "native").Concat(others.Where(asset => !IsRuntime(asset))).Any(),
            Assets(entry, "contentFiles").Any(asset => (bool?)asset.Value["copyToOutput"] == true));
    }

    private static bool IsRuntime(JProperty asset) => (string?)asset.Value["assetType"] == "runtime";

    private static JProperty[] Assets(JProperty entry, string group) =>
        [.. (entry.Value[group] as JObject)?.Properties().Where(asset => Path.GetFileName(asset.Name) != Nothing) ?? []];
}
