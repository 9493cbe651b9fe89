using System.Globalization;

namespace Build.Tests.Harness;

/// <summary>The repository's packages, packed once for all tests, in a feed of their own.</summary>
public sealed class PackedFeed : IAsyncLifetime
{
    private static readonly string[] Packages = ["AbsBuildTasks.Plans", "AbsBuildTasks.Search", "AbsBuildTasks", "AbsBuildTasks.Cake", "AbsBuildTasks.Cli"];

    private Task<AcceptedProject>? _accepted;

    /// <summary>A fresh folder, with a space in its path as many users' have.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("abs build tests ").FullName;

    /// <summary>No other run's version, so that no package folder has it already.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    /// <summary>The variables that make builds use the feed, and package and plan folders of their own.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = Path.Combine(Folder, "packages"),
        ["AbsVersion"] = Version,
    };

    /// <summary>A project that was built and whose plan was accepted, for tests to look at.</summary>
    internal Task<AcceptedProject> AcceptedAsync() => _accepted ??= AcceptedProject.CreateAsync(this);

    /// <summary>A copy of it for a test to build and change, with a copy of its plan cache.</summary>
    internal async Task<FixtureProject> AcceptedCopyAsync() => new(this, (await AcceptedAsync()).Project);

    /// <summary>Packs a package.</summary>
    /// <param name="package">The package.</param>
    /// <param name="output">The folder for it.</param>
    internal async Task PackAsync(string package, string output)
    {
        var outcome = await DotNet.RunAsync(
            Repository.Root,
            new Dictionary<string, string>(),
            ["pack", Path.Combine(Repository.Root, "src", package), "--artifacts-path", Artifacts, "-o", output, $"-p:Version={Version}", "-p:RunAnalyzers=false"]);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
    }

    /// <summary>Removes what building a package left, so that the next pack compiles it again.</summary>
    internal void ForgetBuild(string package)
    {
        foreach (var kind in new[] { "bin", "obj" })
        {
            Directory.Delete(Path.Combine(Artifacts, kind, package), recursive: true);
        }
    }

    // Folders of their own: the build that runs these tests may be writing to the usual ones.
    private string Artifacts => Path.Combine(Folder, "artifacts");

    internal string Feed => Path.Combine(Folder, "feed");

    public string PackageFile(string id) => Path.Combine(Feed, $"{id}.{Version}.nupkg");

    public async Task InitializeAsync()
    {
        foreach (var package in Packages)
        {
            await PackAsync(package, Feed);
        }

        // Heavy packages are taken from where the user has them already.
        await File.WriteAllTextAsync(Path.Combine(Folder, "NuGet.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="{Feed}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
                <add key="user" value="{Built.PackageFolder}" />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }
}
