using System.Globalization;

namespace Build.Tests.Harness;

/// <summary>The repository's packages, packed once for all tests, in a feed of their own.</summary>
public sealed class PackedFeed : IAsyncLifetime
{
    /// <summary>Where the packages say that their sources are.</summary>
    public const string RepositoryUrl = "https://example.com/abs";

    /// <summary>The projects that are packed.</summary>
    public static IReadOnlyList<string> Projects { get; } = ["AbsBuildTasks.Plans", "AbsBuildTasks.Search", "AbsBuildTasks", "AbsBuildTasks.Cake", "AbsBuildTasks.Cli"];

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

    /// <summary>Packs a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="output">The folder for its package.</param>
    internal async Task PackAsync(string project, string output)
    {
        var outcome = await DotNet.RunAsync(
            Repository.Root,
            new Dictionary<string, string>(),
            ["pack", Path.Combine(Repository.Root, "src", project), "--artifacts-path", Artifacts, "-o", output, $"-p:Version={Version}", $"-p:RepositoryUrl={RepositoryUrl}", "-p:RunAnalyzers=false"]);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
    }

    /// <summary>Removes what building a project left, so that the next pack compiles it again.</summary>
    internal void ForgetBuild(string project)
    {
        foreach (var kind in new[] { "bin", "obj" })
        {
            Directory.Delete(Path.Combine(Artifacts, kind, project), recursive: true);
        }
    }

    // Folders of their own: the build that runs these tests may be writing to the usual ones.
    private string Artifacts => Path.Combine(Folder, "artifacts");

    internal string Feed => Path.Combine(Folder, "feed");

    public string PackageFile(string id) => Path.Combine(Feed, $"{id}.{Version}.nupkg");

    public async Task InitializeAsync()
    {
        foreach (var project in Projects)
        {
            await PackAsync(project, Feed);
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
