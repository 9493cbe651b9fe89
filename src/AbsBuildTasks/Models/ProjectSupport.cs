using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Models;

/// <summary>Tells whether a project can be searched.</summary>
internal static class ProjectSupport
{
    private const int LeastVersion = 10;

    /// <summary>Checks the target framework: the worker loads the model assembly, and runs on .NET 10 or later.</summary>
    /// <param name="targetFramework">Identifier and version, such as <c>.NETCoreApp 10.0</c>.</param>
    /// <exception cref="AbsException">ABS1007: another framework, or an older one.</exception>
    public static void Check(string targetFramework)
    {
        if (targetFramework.Split(' ') is not [".NETCoreApp", var number] || !Version.TryParse(number, out var version) || version.Major < LeastVersion)
        {
            throw new AbsException(AbsCodes.UnsupportedProject, $"The project targets {targetFramework.Trim()}; plans are searched for projects that target net{LeastVersion}.0 or later. Change TargetFramework, or set AbsEnabled=false.");
        }
    }
}
