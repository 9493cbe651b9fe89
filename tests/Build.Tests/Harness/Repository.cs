using System.Reflection;

namespace Build.Tests.Harness;

/// <summary>Where this repository and what its build made are.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string PackageFolder { get; } = Metadata("PackageFolder");

    public static string FakeWorker { get; } = Metadata("FakeWorker");

    private static string Metadata(string name) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == name)
        .Value!;
}
