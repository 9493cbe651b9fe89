using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Fingerprints.Packages;

/// <summary>The packages of a project, and which of them code makes use of.</summary>
internal sealed class ProjectPackages
{
    // Documents are written with what this one depends on; no decision is made with it.
    private const string Documents = "AbsBuildTasks.Plans";

    private readonly IReadOnlyDictionary<string, Package>? _packages;
    private readonly IReadOnlyList<string> _direct;
    private readonly IEnumerable<(string Name, string Version)> _listed;

    /// <summary>Reads the packages.</summary>
    /// <param name="depsFile">Full path of the <c>.deps.json</c>, which the search needs.</param>
    /// <param name="assetsFile">Full path of what restore wrote; without it all counts that the deps file lists.</param>
    /// <param name="framework">The project's target framework.</param>
    /// <exception cref="AbsException">ABS1007: no deps file, or none that can be read.</exception>
    public ProjectPackages(string depsFile, string assetsFile, string framework)
    {
        _listed = DepsPackages.Read(depsFile);
        _packages = AssetsFile.TryRead(assetsFile, framework, out _direct);
    }

    /// <summary>Names and versions of the packages that count, without flavours of libtorch.</summary>
    /// <param name="uses">What code refers to.</param>
    public IEnumerable<(string Name, string Version)> Of(LibraryUse uses) => _packages is null
        ? _listed
        : Counted(_packages, uses).Where(package => package.IsOfUse && !DepsPackages.IsFlavour(package.Name)).Select(package => (package.Name, package.Version));

    private IEnumerable<Package> Counted(IReadOnlyDictionary<string, Package> packages, LibraryUse uses)
    {
        if (uses.IsAny)
        {
            return packages.Values;
        }

        Package[] used = [.. packages.Values.Where(package => package.Assemblies.Any(file => uses.Has(Path.GetFileNameWithoutExtension(file))))];
        var counted = Closure(packages, used);

        // What only this product's own packages need takes no plug-ins.
        var own = Closure(packages, used.Where(package => !package.IsEngine));
        counted.UnionWith(Closure(packages, PlugIns(packages, [.. own.Where(AssemblyLoading.IsIn)])));
        counted.UnionWith(Unmanaged(packages));
        if (uses.CallsNative)
        {
            counted.UnionWith(packages.Values.Where(package => package.HasNative));
        }

        return counted;
    }

    // A package may use whatever it depends on.
    private static HashSet<Package> Closure(IReadOnlyDictionary<string, Package> packages, IEnumerable<Package> from)
    {
        var (found, pending) = (new HashSet<Package>(), new Queue<Package>(from));
        while (pending.Count > 0)
        {
            var package = pending.Dequeue();
            if (found.Add(package) && package.Name != Documents)
            {
                foreach (var next in Dependencies(packages, package))
                {
                    pending.Enqueue(next);
                }
            }
        }

        return found;
    }

    // One that is looked for by name knows the one that looks for it, as it implements something of that one's.
    private static IEnumerable<Package> PlugIns(IReadOnlyDictionary<string, Package> packages, HashSet<Package> loaders) =>
        loaders.Count == 0 ? [] : packages.Values.Where(package => !package.IsEngine && !package.IsProject && Closure(packages, [package]).Overlaps(loaders));

    // Without an assembly, nothing tells for whom the project brings it along.
    private HashSet<Package> Unmanaged(IReadOnlyDictionary<string, Package> packages)
    {
        var projects = packages.Values.Where(package => package.IsProject).SelectMany(package => package.Dependencies);
        var (found, pending) = (new HashSet<Package>(), new Queue<Package>(Named(packages, _direct.Concat(projects))));
        while (pending.Count > 0)
        {
            var package = pending.Dequeue();
            if (!package.IsProject && package.Assemblies.Count == 0 && found.Add(package))
            {
                foreach (var next in Dependencies(packages, package))
                {
                    pending.Enqueue(next);
                }
            }
        }

        return found;
    }

    private static IEnumerable<Package> Dependencies(IReadOnlyDictionary<string, Package> packages, Package package) => Named(packages, package.Dependencies);

    private static IEnumerable<Package> Named(IReadOnlyDictionary<string, Package> packages, IEnumerable<string> names) =>
        names.Where(packages.ContainsKey).Select(name => packages[name]);
}
