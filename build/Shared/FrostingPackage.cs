#nullable enable
using System.Collections.Generic;
using System.Linq;
using Cake.Common;
using Cake.Core;
using Cake.Core.IO;

/// <summary>The one package that is built with Cake.Frosting, which not every feed has.</summary>
internal static class FrostingPackage
{
    public const string Name = "AbsBuildTasks.Frosting";

    /// <summary>Restores it, and says whether Cake.Frosting was found.</summary>
    /// <exception cref="CakeException">Restoring failed for another reason.</exception>
    public static bool IsToBeHad(ICakeContext context)
    {
        var exitCode = context.StartProcess(
            "dotnet",
            new ProcessSettings { Arguments = $"restore src/{Name}", RedirectStandardOutput = true, RedirectStandardError = true },
            out IEnumerable<string> output,
            out IEnumerable<string> errors);
        if (exitCode == 0)
        {
            return true;
        }

        // NU1101: no feed has the package; NU1102, NU1103: none in the version.
        string[] lines = [.. output, .. errors];
        return lines.Any(line => line.Contains(": error NU110", System.StringComparison.Ordinal) && line.Contains("Cake.Frosting", System.StringComparison.Ordinal))
            ? false
            : throw new CakeException($"{Name} cannot be restored:{System.Environment.NewLine}{string.Join(System.Environment.NewLine, lines)}");
    }
}
