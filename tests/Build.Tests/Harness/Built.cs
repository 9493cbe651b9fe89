using System.Reflection;

namespace Build.Tests.Harness;

/// <summary>What the build of these tests knows and they need.</summary>
internal static class Built
{
    /// <summary>Where restore keeps the packages.</summary>
    public static string PackageFolder { get; } = Metadata("PackageFolder");

    /// <summary>The assembly that stands in for the worker.</summary>
    public static string FakeWorker { get; } = Metadata("FakeWorker");

    private static string Metadata(string name) => typeof(Built).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == name)
        .Value!;
}
