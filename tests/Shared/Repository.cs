using System.Reflection;

namespace AbsBuildTasks.Tests.Shared;

/// <summary>Files of this repository, wherever the tests are built to: not by the paths of sources, which a build for release maps away.</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot")
        .Value!;

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    public static void Write(string path, string text) => File.WriteAllText(PathOf(path), text);

    public static bool Exists(string path) => File.Exists(PathOf(path));

    public static string PathOf(string path) => Path.Combine(Root, path);
}
