#nullable enable
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
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

        string[] lines = [.. output, .. errors];
        return lines.Any(IsMissing)
            ? false
            : throw new CakeException($"{Name} cannot be restored:{System.Environment.NewLine}{string.Join(System.Environment.NewLine, lines)}");
    }

    /// <summary>Whether a line says that no feed has Cake.Frosting (NU1101), or none the version (NU1102, NU1103).</summary>
    public static bool IsMissing(string line) => Regex.IsMatch(line, @": error NU110[123]: .*?\bCake\.Frosting\b");
}
