using System.Reflection;

namespace AbsBuildTasks.Fingerprints;

/// <summary>The version of this package, which tasks, worker and search have in common.</summary>
internal static class EngineVersion
{
    /// <summary>The version, without the commit it was built from.</summary>
    public static string Current { get; } = typeof(EngineVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>().InformationalVersion.Split('+')[0];
}
