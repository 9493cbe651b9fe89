using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Models;

namespace AbsBuildTasks.Workers;

/// <summary>What has to be at the same path on the machine that runs a job.</summary>
internal static class JobNeeds
{
    /// <summary>Lists the paths, those that say most first.</summary>
    /// <param name="setup">What the project's workers have in common.</param>
    /// <param name="model">The model.</param>
    public static IEnumerable<string> Of(SearchSetup setup, ModelItem model) => new[] { setup.Host, setup.ProjectDirectory, setup.AssemblyFile, setup.DepsFile, setup.WorkerAssembly }
        .Concat(Packages(setup))
        .Concat(model.DataFiles.Select(file => file.FullPath))
        .Concat(new[] { model.StartingWeights?.FullPath, model.WarmStart?.FullPath }.OfType<string>())
        .Where(path => path.IndexOf('\n') < 0);

    // Each where it is here. A package of which the machine needs another, such as a flavour of libtorch, is for the worker to miss.
    private static IEnumerable<string> Packages(SearchSetup setup) => DepsPackages.Read(setup.DepsFile)
        .Select(package => Path.Combine(package.Name.ToLowerInvariant(), package.Version.ToLowerInvariant()))
        .Select(package => setup.ProbingPaths.Select(folder => Path.Combine(folder, package)).FirstOrDefault(Directory.Exists))
        .OfType<string>();
}
