using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>README's five-minute start, followed step by step in an empty folder.</summary>
public sealed class QuickStartTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task The_five_minute_start_ends_with_an_accepted_plan_and_a_refused_change()
    {
        var folder = Directory.CreateDirectory(Path.Combine(feed.Folder, "quick start", "Stripes")).FullName;
        var projectFile = Path.Combine(folder, "Stripes.csproj");
        await File.WriteAllTextAsync(projectFile, ProjectOf(Block("xml", "<Project ")));
        await File.WriteAllTextAsync(Path.Combine(folder, "StripesModel.cs"), Block("csharp", "IAbsModel"));

        var first = await BuildAsync(folder, "-tl:off");
        Assert.Contains("search 10/10", first.Output, StringComparison.Ordinal);
        first.FailedWith("ABS4002");

        (await BuildAsync(folder, "-t:AbsAcceptPlans")).Succeeded();
        Assert.True(File.Exists(Path.Combine(folder, "AbsPlans", "stripes.plan.verified.json")));

        var second = (await BuildAsync(folder)).Succeeded();
        Assert.DoesNotContain("abs: stripes:", second.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "bin", "Debug", "net10.0", "abs", "stripes.plan.html")));

        await File.WriteAllTextAsync(projectFile, (await File.ReadAllTextAsync(projectFile)).Replace("bops=3%", "bops=1%", StringComparison.Ordinal));
        var changed = await BuildAsync(folder);
        Assert.Contains("searching again, because setting:Budget changed from bops=3% to bops=1%", changed.Output, StringComparison.Ordinal);
        changed.FailedWith("ABS4001");

        (await BuildAsync(folder, "-t:AbsReport")).Succeeded();
        Assert.True(File.Exists(Path.Combine(folder, "obj", "Debug", "net10.0", "abs", "reports", "stripes.plan.html")));

        Assert.True(File.Exists(Path.Combine(folder, "bin", "Debug", "net10.0", "abs", "stripes.onnx")));
    }

    private static string Block(string language, string part) => Assert.Single(
        Regex.Matches(Repository.Read("README.md"), $"```{language}\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value),
        text => text.Contains(part, StringComparison.Ordinal));

    // The packages under test, and libtorch for this system.
    private string ProjectOf(string text)
    {
        var system = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        text = Replaced(text, "(?<=<RestoreAdditionalProjectSources>)[^<]+", feed.Feed);
        text = Replaced(text, "(?<=\"AbsBuildTasks\" Version=\")[^\"]+", feed.Version);
        return Replaced(text, "(?<=Include=\")libtorch-cpu-linux-x64", $"libtorch-cpu-{system}");
    }

    private static string Replaced(string text, string pattern, string by)
    {
        Assert.Single(Regex.Matches(text, pattern));
        return Regex.Replace(text, pattern, by);
    }

    private Task<BuildOutcome> BuildAsync(string folder, params string[] arguments) => DotNet.RunAsync(
        folder,
        new Dictionary<string, string>(feed.Environment) { ["AbsCacheDirectory"] = Path.Combine(folder, "..", "cache") },
        ["build", .. arguments]);
}
