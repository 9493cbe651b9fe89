using System.Text.RegularExpressions;
using System.Xml.Linq;
using AbsBuildTasks.Cake.Targets;
using AbsBuildTasks.Cake.Tests.Fakes;
using Cake.Common.Tools.DotNet;

namespace AbsBuildTasks.Cake.Tests;

public partial class TargetArgumentsTests
{
    // For this repository alone; and a build that is told to leave plans alone needs no alias.
    private static readonly string[] WithoutSetting = ["AbsEnabled", "AbsTasksAssembly", "AbsTasksFactory", "AbsWorkerAssembly"];

    // What a search is given only so that a misspelt word fails before it: for the verification, which is told it.
    private static readonly string[] CheckedBeforeSearch = ["AbsSnapshotMode", "AbsSummary"];

    private readonly FakeCake _cake = new();

    [Fact]
    public void What_is_not_set_is_left_to_the_project()
    {
        _cake.Context.AbsSearch("Models.csproj");

        Assert.Equal("/usr/bin/dotnet build \"/repo/Models.csproj\" -t:AbsSearch -tl:off", Command);
    }

    [Fact]
    public void A_search_is_told_all_its_settings()
    {
        _cake.Context.AbsSearch("/models", new AbsSearchSettings
        {
            Configuration = "Release",
            Framework = "net10.0",
            Verbosity = DotNetVerbosity.Detailed,
            NoRestore = true,
            SearchMode = AbsSearchMode.Force,
            Device = "cuda:1",
            StopAfter = "2h",
            CacheDirectory = "cache of plans",
            CacheSize = "4GB",
            RemoteCache = "https://cache.example.com/abs",
            RemoteCacheMode = AbsRemoteCacheMode.ReadOnly,
            FingerprintCode = AbsFingerprintCode.Built,
            DataFingerprint = AbsDataFingerprint.Manifest,
            DataHashLimit = "2GB",
            ReportMode = AbsReportMode.All,
            TensorBoard = "curves",
            EventsFile = "events.jsonl",
        });

        Assert.Equal(
            "/usr/bin/dotnet build \"/models\" -t:AbsSearch -tl:off \"--configuration=Release\" \"--framework=net10.0\" --no-restore "
            + "\"-p:AbsSearchMode=force\" \"-p:AbsDevice=cuda:1\" \"-p:AbsStopAfter=2h\" \"-p:AbsCacheDirectory=/repo/cache of plans\" \"-p:AbsCacheSize=4GB\" "
            + "\"-p:AbsRemoteCache=https://cache.example.com/abs\" \"-p:AbsRemoteCacheMode=read-only\" \"-p:AbsFingerprintCode=built\" \"-p:AbsDataFingerprint=manifest\" \"-p:AbsDataHashLimit=2GB\" "
            + "\"-p:AbsReportMode=all\" \"-p:AbsTensorBoard=/repo/curves\" \"-p:AbsEventsFile=/repo/events.jsonl\" --verbosity detailed",
            Command);
    }

    [Fact]
    public void Verification_is_told_the_snapshots_settings_too()
    {
        _cake.Context.AbsVerifyPlans("/models", new AbsVerifyPlansSettings
        {
            SearchMode = AbsSearchMode.Cached,
            SnapshotMode = AbsSnapshotMode.Verify,
            SnapshotPolicy = AbsSnapshotPolicy.NoRegression,
            SnapshotTolerance = "metric=1;bops=5%",
            Summary = AbsSummary.Off,
            SnapshotDirectory = "/plans",
        });

        Assert.Equal(
            "/usr/bin/dotnet build \"/models\" -t:AbsVerifyPlans -tl:off \"-p:AbsSnapshotDirectory=/plans\" \"-p:AbsSnapshotPolicy=no-regression\" \"-p:AbsSnapshotTolerance=metric=1%3Bbops=5%25\" "
            + "\"-p:AbsSearchMode=cached\" \"-p:AbsSnapshotMode=verify\" \"-p:AbsSummary=off\"",
            Command);
    }

    [Fact]
    public void Acceptance_and_reports_run_their_targets()
    {
        _cake.Context.AbsAcceptPlans("/models", new AbsAcceptPlansSettings { Configuration = "Release", Accept = "digits;letters", DataFingerprint = AbsDataFingerprint.Content, DataHashLimit = "1TB" });
        _cake.Context.AbsAcceptPlans("/models");
        _cake.Context.AbsReport("/models", new AbsReportSettings { Framework = "net10.0", ReportMode = AbsReportMode.Html });
        _cake.Context.AbsReport("/models");
        _cake.Context.AbsVerifyPlans("/models");

        Assert.Equal(
            [
                "/usr/bin/dotnet build \"/models\" -t:AbsAcceptPlans -tl:off \"--configuration=Release\" \"-p:AbsAccept=digits%3Bletters\" \"-p:AbsDataFingerprint=content\" \"-p:AbsDataHashLimit=1TB\"",
                "/usr/bin/dotnet build \"/models\" -t:AbsAcceptPlans -tl:off",
                "/usr/bin/dotnet build \"/models\" -t:AbsReport -tl:off \"--framework=net10.0\" \"-p:AbsReportMode=html\"",
                "/usr/bin/dotnet build \"/models\" -t:AbsReport -tl:off",
                "/usr/bin/dotnet build \"/models\" -t:AbsVerifyPlans -tl:off",
            ],
            _cake.Started);
    }

    [Fact]
    public void Further_properties_win_over_settings() =>
        Assert.Equal("\"-p:ABSDEVICE=cuda\" \"-p:Platform=x64\"", Properties(new AbsSearchSettings { Device = "cpu", Properties = { ["ABSDEVICE"] = "cuda", ["Platform"] = "x64" } }));

    [Theory]
    [InlineData("A;B", "A%3BB")]
    [InlineData("A,B", "A%2CB")]
    [InlineData("5%", "5%25")]
    [InlineData("say \"x\"", "say %22x%22")]
    [InlineData("$(A)@(B)*?'", "%24%28A%29%40%28B%29%2A%3F%27")]
    [InlineData(@"C:\a\b\\", @"C:\a\b%5C%5C")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("", "")]
    public void Property_values_arrive_literally(string value, string escaped) =>
        Assert.Equal($"\"-p:Some_Name={escaped}\"", Properties(new AbsSearchSettings { Properties = { ["Some_Name"] = value } }));

    [Theory]
    [InlineData("x\" -p:Evil=\"1", "x%22 -p:Evil=%221")]
    [InlineData("Release;Evil=1", "Release%3BEvil=1")]
    [InlineData("@x", "%40x")]
    [InlineData(@"x\", "x%5C")]
    [InlineData("-t:Evil", "-t:Evil")]
    public void Configuration_and_framework_arrive_literally(string value, string escaped) => Assert.Equal(
        $"/usr/bin/dotnet build \"/models\" -t:AbsReport -tl:off \"--configuration={escaped}\" \"--framework={escaped}\"",
        Started(cake => cake.AbsReport("/models", new AbsReportSettings { Configuration = value, Framework = value })));

    [Fact]
    public void A_projects_path_stays_one_argument() =>
        Assert.Equal("/usr/bin/dotnet build \"/a\\\" -p:Evil=\\\"1\" -t:AbsReport -tl:off", Started(cake => cake.AbsReport("/a\" -p:Evil=\"1")));

    [Fact]
    public void A_dotnet_that_Cake_finds_in_the_current_folder_is_not_started()
    {
        _cake.Tools["dotnet"] = "dotnet";
        _cake.Tools["the true one"] = "/opt/dotnet";
        _cake.Path = string.Join(System.IO.Path.PathSeparator, ".", "/opt");

        Assert.StartsWith("/opt/dotnet build ", Started(cake => cake.AbsReport("/models")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A=B")]
    [InlineData("A;B")]
    [InlineData("A\"")]
    public void Names_that_are_no_propertys_are_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Properties(new AbsSearchSettings { Properties = { [name] = "x" } }));

    [Fact]
    public void Every_property_of_the_package_has_a_setting()
    {
        var package = XDocument.Load(Repository.PathOf("src/AbsBuildTasks/build/AbsBuildTasks.props"))
            .Descendants()
            .Select(element => element.Name.LocalName)
            .Where(name => name.StartsWith("Abs", StringComparison.Ordinal) && !WithoutSetting.Contains(name));

        Assert.Empty(package.Except(Set(new AbsVerifyPlansSettings()).Concat(Set(new AbsAcceptPlansSettings()))));
    }

    public static TheoryData<AbsTargetSettings, string[]> Targets() => new()
    {
        { new AbsSearchSettings(), ["_AbsCollect", "_AbsDecide", "abs search, see abs watch", "_AbsCopy", "_AbsReport"] },
        { new AbsVerifyPlansSettings(), ["_AbsCollect", "_AbsDecide", "abs search, see abs watch", "_AbsVerifyPlans", "_AbsCopy", "_AbsReport"] },
        { new AbsAcceptPlansSettings(), ["_AbsCollect", "AbsAcceptPlans"] },
        { new AbsReportSettings(), ["AbsReport"] },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Settings_are_just_the_properties_that_the_target_reads(AbsTargetSettings settings, string[] targets)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var package = XDocument.Load(Repository.PathOf("src/AbsBuildTasks/build/AbsBuildTasks.targets"));
        var read = targets
            .Select(name => package.Descendants("Target").Single(target => (string?)target.Attribute("Name") == name))
            .SelectMany(target => Property().Matches(target.ToString())
                .Select(match => match.Groups["name"].Value)
                .Except((string?)target.Attribute("Name") == "abs search, see abs watch" ? CheckedBeforeSearch : []))
            .Except(WithoutSetting);

        Assert.Equal(read.Order(StringComparer.Ordinal), Set(settings).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\$\((?<name>Abs\w+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Property();

    /// <summary>The package's properties that settings can set.</summary>
    private IEnumerable<string> Set(AbsTargetSettings settings)
    {
        foreach (var property in settings.GetType().GetProperties().Where(property => property.CanWrite && property.DeclaringType!.Namespace == typeof(AbsTargetSettings).Namespace))
        {
            property.SetValue(settings, Something(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        }

        return Properties(settings).Split(' ').Where(text => text.StartsWith("\"-p:", StringComparison.Ordinal)).Select(text => text[4..text.IndexOf('=', StringComparison.Ordinal)]);
    }

    private static object Something(Type type) =>
        type == typeof(string) ? "x" :
        type == typeof(bool) ? true :
        type == typeof(int) ? 2 :
        type == typeof(DirectoryPath) ? new DirectoryPath("x") :
        type == typeof(FilePath) ? new FilePath("x") :
        Enum.ToObject(type, 0);

    private string Command => _cake.Started[^1];

    private string Started(Action<ICakeContext> run)
    {
        run(_cake.Context);
        return Command;
    }

    private string Properties(AbsTargetSettings settings)
    {
        new AbsTargetRunner(_cake.FileSystem, _cake.Environment, _cake.ProcessRunner, _cake.ToolLocator, _cake.Log).Run("/models", settings);
        return Command[(Command.IndexOf("-tl:off", StringComparison.Ordinal) + "-tl:off".Length)..].TrimStart();
    }
}
