using AbsBuildTasks.Plans.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Fingerprints.Packages;

/// <summary>The packages a model project runs with, as its deps file lists them.</summary>
internal static class DepsPackages
{
    /// <summary>Reads names and versions.</summary>
    /// <param name="depsFile">Full path of the <c>.deps.json</c>.</param>
    /// <returns>Names with their versions. Flavours of libtorch are left out.</returns>
    /// <exception cref="AbsException">ABS1007: no such file, or not a deps file.</exception>
    public static IEnumerable<(string Name, string Version)> Read(string depsFile)
    {
        if (!File.Exists(depsFile))
        {
            throw new AbsException(AbsCodes.UnsupportedProject, $"The project has no {Path.GetFileName(depsFile)}; remove GenerateDependencyFile=false, the search needs that file to find the project's packages.");
        }

        try
        {
            var libraries = (JObject)JObject.Parse(File.ReadAllText(depsFile))["libraries"]!;
            return
            [
                .. libraries.Properties()
                    .Where(library => (string?)library.Value["type"] == "package")
                    .Select(library => library.Name.Split('/'))
                    .Where(name => !IsFlavour(name[0]))
                    .Select(name => (name[0], name[1])),
            ];
        }
        catch (Exception exception) when (exception is JsonException or InvalidCastException or NullReferenceException or IndexOutOfRangeException)
        {
            throw new AbsException(AbsCodes.UnsupportedProject, $"{depsFile} cannot be read as a deps file; rebuild the project.", exception);
        }
    }

    /// <summary>Whether a package brings a flavour of libtorch: machines with a GPU and without one share plans, and TorchSharp's own version settles libtorch's.</summary>
    public static bool IsFlavour(string package) =>
        package.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase) || package.StartsWith("TorchSharp-c", StringComparison.OrdinalIgnoreCase);
}
