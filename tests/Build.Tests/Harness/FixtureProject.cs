namespace Build.Tests.Harness;

/// <summary>A copy of a fixture project that a test may build and change, with a plan cache of its own.</summary>
internal sealed class FixtureProject
{
    private readonly PackedFeed _feed;

    /// <summary>Copies the fixture.</summary>
    /// <param name="feed">The packages to build against.</param>
    /// <param name="cache">A plan cache to share; by default one of its own, empty.</param>
    /// <param name="name">The name of its folder.</param>
    public FixtureProject(PackedFeed feed, string? cache = null, string name = "Tiny")
        : this(feed, Path.Combine(Repository.Root, "tests", "Build.Tests", "Fixtures", "Tiny"), cache, name)
    {
    }

    /// <summary>Copies another copy in its present state, with its cache.</summary>
    public FixtureProject(PackedFeed feed, FixtureProject other)
        : this(feed, other.Folder, cache: null, "Tiny")
    {
        Copy(other.Cache, Cache);

        // What clean removes is listed by full path.
        foreach (var list in Directory.EnumerateFiles(Path.Combine(Folder, "obj"), "*.FileListAbsolute.txt", SearchOption.AllDirectories))
        {
            File.WriteAllText(list, File.ReadAllText(list).Replace(other.Folder, Folder, StringComparison.Ordinal));
        }
    }

    private FixtureProject(PackedFeed feed, string source, string? cache, string name)
    {
        _feed = feed;
        Folder = Path.Combine(feed.Folder, Guid.NewGuid().ToString("N")[..8], name);
        Copy(source, Folder);
        Cache = cache ?? Path.Combine(Folder, "..", "cache");
    }

    public string Folder { get; }

    public string Cache { get; }

    public string Verified => Path.Combine(Folder, "AbsPlans", "tiny.plan.verified.json");

    public string Received => Path.Combine(Folder, "AbsPlans", "tiny.plan.received.json");

    public string Output => Path.Combine(Folder, "bin", "Debug", "net10.0", "abs");

    /// <summary>What builds keep in obj.</summary>
    public string State => Path.Combine(Folder, "obj", "Debug", "net10.0", "abs");

    public string Plan => Path.Combine(Output, "tiny.plan.json");

    /// <summary>What interrupted searches have left.</summary>
    public IReadOnlyList<string> Checkpoints => Directory.Exists(CheckpointFolder) ? Directory.GetFiles(CheckpointFolder, "search.checkpoint", SearchOption.AllDirectories) : [];

    private string CheckpointFolder => Path.Combine(State, "checkpoints");

    /// <summary>The variables that its builds run with.</summary>
    public IReadOnlyDictionary<string, string> Variables => Environment();

    /// <summary>Copies another fixture beside it.</summary>
    /// <returns>The copy's folder.</returns>
    public string AddSibling(string fixture)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Folder)!, fixture);
        Copy(Path.Combine(Repository.Root, "tests", "Build.Tests", "Fixtures", fixture), folder);
        return folder;
    }

    /// <summary>Builds.</summary>
    /// <param name="arguments">Further arguments; <c>%3B</c> for a semicolon in a property.</param>
    public Task<BuildOutcome> BuildAsync(params string[] arguments) => DotNet.RunAsync(Folder, Environment(), Arguments(arguments));

    /// <summary>Builds with further environment variables.</summary>
    public Task<BuildOutcome> BuildAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        DotNet.RunAsync(Folder, Environment(environment), Arguments(arguments));

    /// <summary>Starts a build.</summary>
    public RunningCommand Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        DotNet.Start(Folder, Environment(environment), Arguments(arguments));

    /// <summary>Builds with a worker that does not exist: fails where the build starts one.</summary>
    public Task<BuildOutcome> BuildWithoutWorkerAsync(params string[] arguments) =>
        BuildAsync([.. arguments, "-p:AbsWorkerAssembly=/nowhere/worker.dll"]);

    /// <summary>Every file of the plans and snapshots with its content, to see that a failure leaves them alone.</summary>
    public IReadOnlyDictionary<string, string> Plans() => new[] { Output, Path.Combine(State, "plans"), Path.GetDirectoryName(Verified)! }
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "tiny*", SearchOption.AllDirectories))
        .Where(file => !file.EndsWith(".received.json", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(Folder, file), file => Convert.ToHexString(File.ReadAllBytes(file)));

    /// <summary>The content of files in the output folder, to compare what two builds delivered.</summary>
    /// <param name="names">The files' names.</param>
    public IReadOnlyDictionary<string, string> Hashes(params IEnumerable<string> names) =>
        names.ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(Path.Combine(Output, name))));

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string[] Arguments(string[] arguments) => ["build", .. arguments];

    private Dictionary<string, string> Environment(IReadOnlyDictionary<string, string>? more = null)
    {
        var environment = new Dictionary<string, string>(_feed.Environment) { ["AbsCacheDirectory"] = Cache };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        return environment;
    }
}
