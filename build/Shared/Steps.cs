#nullable enable
using System.Linq;
using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Build;
using Cake.Common.Tools.DotNet.Clean;
using Cake.Common.Tools.DotNet.MSBuild;
using Cake.Common.Tools.DotNet.Pack;
using Cake.Common.Tools.DotNet.Run;
using Cake.Common.Tools.DotNet.Test;
using Cake.Common.Xml;
using Cake.Core;
using Cake.Core.IO;

/// <summary>The steps of this repository's build, for <c>build.cake</c> and the Frosting host alike. Without a namespace: scripts have none.</summary>
internal static class Steps
{
    private const string Solution = "AbsBuildTasks.sln";
    private const string Packages = "artifacts/packages";
    // What is packed and measured.
    private const string Release = "Release";
    // Without a test that starts or ends. Longer than what a test waits for by itself, so that it can clean up.
    private const string HangTimeout = "60m";

    // Outside the solution, as not every machine has their data sets.
    private static readonly string[] Samples = ["samples/FashionMnist", "samples/Paper", "samples/Words"];

    /// <summary>Removes what the other steps made.</summary>
    public static void Clean(ICakeContext context, string configuration)
    {
        foreach (var each in new[] { configuration, Release }.Distinct())
        {
            foreach (var project in Samples.Prepend(Solution))
            {
                context.DotNetClean(project, new DotNetCleanSettings { Configuration = each });
            }
        }

        context.CleanDirectory(Packages);
    }

    /// <summary>Restores the solution's packages.</summary>
    public static void Restore(ICakeContext context) => context.DotNetRestore(Solution);

    /// <summary>Builds the solution, and the other samples without a search.</summary>
    public static void Build(ICakeContext context, string configuration)
    {
        context.DotNetBuild(Solution, new DotNetBuildSettings { Configuration = configuration, NoRestore = true });
        foreach (var sample in Samples)
        {
            context.DotNetBuild(sample, new DotNetBuildSettings
            {
                Configuration = configuration,
                MSBuildSettings = new DotNetMSBuildSettings().WithProperty("AbsEnabled", "false"),
            });
        }
    }

    /// <summary>Runs the tests of a project, or all. A test that hangs is named and ended, with its assembly's others.</summary>
    public static void Test(ICakeContext context, string configuration, string project = Solution) => context.DotNetTest(project, new DotNetTestSettings
    {
        Configuration = configuration,
        NoBuild = true,
        ArgumentCustomization = arguments => arguments.Append("--blame-hang-timeout").Append(HangTimeout).Append("--blame-hang-dump-type").Append("none"),
    });

    /// <summary>Runs the tests that build real projects against real packages.</summary>
    public static void IntegrationTest(ICakeContext context, string configuration) => Test(context, configuration, "tests/Build.Tests");

    /// <summary>Packs every package that can be built with the feeds at hand, always as released.</summary>
    public static void Pack(ICakeContext context)
    {
        context.CleanDirectory(Packages);
        foreach (var project in context.GetFiles("src/*/*.csproj").Where(project => IsPackable(context, project)).OrderBy(project => project.FullPath, System.StringComparer.Ordinal))
        {
            if (project.GetFilenameWithoutExtension().FullPath != FrostingPackage.Name || FrostingPackage.IsToBeHad(context))
            {
                Pack(context, project);
            }
            else
            {
                context.Warning("{0} is not packed: no package feed has Cake.Frosting, which it is built with.", FrostingPackage.Name);
            }
        }

        foreach (var file in context.GetFiles(Packages + "/*.nupkg").OrderBy(file => file.FullPath, System.StringComparer.Ordinal))
        {
            context.Information("{0}", file.GetFilename());
        }
    }

    /// <summary>Measures time and memory of the engine's parts.</summary>
    public static void Bench(ICakeContext context) =>
        context.DotNetRun("tests/Benchmarks", "all", new DotNetRunSettings { Configuration = Release });

    /// <summary>Checks that links lead somewhere, that errors are documented, and how the documents are written.</summary>
    /// <exception cref="CakeException">They do not, are not, or not well.</exception>
    public static void Docs(ICakeContext context)
    {
        var findings = DocumentCheck.Find(context.Environment.WorkingDirectory.FullPath);
        foreach (var finding in findings)
        {
            context.Error("{0}", finding);
        }

        if (findings.Count > 0)
        {
            throw new CakeException($"{findings.Count} findings in the documents.");
        }

        ProseCheck.Run(context);
    }

    private static bool IsPackable(ICakeContext context, FilePath project) =>
        context.XmlPeek(project, "/Project/PropertyGroup/IsPackable/text()", new XmlPeekSettings { SuppressWarning = true }) == "true";

    private static void Pack(ICakeContext context, FilePath project) => context.DotNetPack(project.FullPath, new DotNetPackSettings
    {
        Configuration = Release,
        OutputDirectory = Packages,
        MSBuildSettings = new DotNetMSBuildSettings().WithProperty("ContinuousIntegrationBuild", "true"),
    });
}
