using System.Globalization;

namespace Build.Tests.Harness;

/// <summary>The repository's packages, in a feed of their own. All classes of tests share one: the first packs it, the last removes it.</summary>
/// <remarks>Fixture of a class and not of a collection, so that classes run side by side: a build alone leaves half of two processors idle.</remarks>
public sealed class PackedFeed : IAsyncLifetime
{
    private static readonly SemaphoreSlim Turn = new(1);
    private static int _users;
    private static Contents? _shared;
    private Contents? _contents;

    /// <summary>Where the packages say that their sources are.</summary>
    public const string RepositoryUrl = "https://example.com/abs";

    /// <summary>The projects that are packed.</summary>
    public static IReadOnlyList<string> Projects { get; } = ["AbsBuildTasks.Plans", "AbsBuildTasks.Load", "AbsBuildTasks.Search", "AbsBuildTasks", "AbsBuildTasks.Cake", "AbsBuildTasks.Cli"];

    /// <summary>A fresh folder, with a space in its path as many users' have.</summary>
    public string Folder => Shared.Folder;

    /// <summary>No other run's version, so that no package folder has it already.</summary>
    public string Version => Shared.Version;

    /// <summary>The variables that make builds use the feed, and package and plan folders of their own.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = Path.Combine(Folder, "packages"),
        ["AbsVersion"] = Version,
    };

    /// <summary>A project that was built and whose plan was accepted, for tests to look at.</summary>
    internal Task<AcceptedProject> AcceptedAsync() => Shared.Accepted.Value;

    /// <summary>A copy of it for a test to build and change, with a copy of its plan cache.</summary>
    internal async Task<FixtureProject> AcceptedCopyAsync() => new(this, (await AcceptedAsync()).Project);

    /// <summary>Packs a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="output">The folder for its package.</param>
    /// <param name="sources">The folder of the repository, or of a copy of it, which is built in a folder of its own.</param>
    internal async Task PackAsync(string project, string output, string? sources = null)
    {
        var outcome = await DotNet.RunAsync(
            sources ?? Repository.Root,
            new Dictionary<string, string>(),
            ["pack", Path.Combine(sources ?? Repository.Root, "src", project), "--artifacts-path", sources is null ? Artifacts : Path.Combine(sources, "artifacts"), "-o", output, $"-p:Version={Version}", $"-p:RepositoryUrl={RepositoryUrl}", "-p:RunAnalyzers=false"]);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
    }

    // Folders of their own: the build that runs these tests may be writing to the usual ones.
    private string Artifacts => Path.Combine(Folder, "artifacts");

    internal string Feed => Path.Combine(Folder, "feed");

    public string PackageFile(string id) => Path.Combine(Feed, $"{id}.{Version}.nupkg");

    private Contents Shared => _contents ?? throw new InvalidOperationException("The feed is not packed yet.");

    public async Task InitializeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            var isFirst = _users++ == 0;
            _contents = _shared = isFirst ? new Contents(this) : _shared;
            if (isFirst)
            {
                await FillAsync();
            }
        }
        finally
        {
            Turn.Release();
        }
    }

    public async Task DisposeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            if (--_users == 0)
            {
                Directory.Delete(Folder, recursive: true);
            }
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task FillAsync()
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

    private sealed class Contents(PackedFeed feed)
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("abs build tests ").FullName;

        public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

        public Lazy<Task<AcceptedProject>> Accepted { get; } = new(() => AcceptedProject.CreateAsync(feed));
    }
}
