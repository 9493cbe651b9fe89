using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>What a plan depends on, in real builds; none of them may search.</summary>
public sealed class FingerprintTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private static readonly string[] NoSearch = ["-p:AbsSearchMode=cached", "-p:AbsSnapshotMode=off"];

    [Theory]
    [InlineData("using var scope", "// What is made in here ends here.\n\n        using var scope")]
    [InlineData("\\bx\\b", "hidden")]
    [InlineData("public sealed class", "public sealed class Unrelated { public int Size => 3; }\n\npublic sealed class")]
    [InlineData("public override", "private static Func<int> Unrelated(int n) => () => n;\n\n    public override")]
    public async Task What_says_nothing_starts_no_search(string pattern, string other)
    {
        var project = await feed.AcceptedCopyAsync();
        await EditAsync(Path.Combine(project.Folder, "TinyNetwork.cs"), source => Regex.Replace(source, pattern, other));

        var outcome = (await project.BuildWithoutWorkerAsync(NoSearch)).Succeeded();

        Assert.DoesNotContain("abs:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_takes_the_plan_of_debug()
    {
        var project = await feed.AcceptedCopyAsync();
        await LibraryAsync(project, "Near", "", "public static class Near { public static int Size() { var two = 2; return two; } }");
        await EditAsync(Path.Combine(project.Folder, "TinyNetwork.cs"), source => source.Replace("max_pool2d(x, 2)", "max_pool2d(x, Near.Size())", StringComparison.Ordinal));
        string[] arguments = ["-p:TinyReference=../Near/Near.csproj", "-p:AbsSnapshotMode=off"];
        (await project.BuildAsync(arguments)).Succeeded();

        var outcome = (await project.BuildWithoutWorkerAsync([.. NoSearch, .. arguments, "-c", "Release"])).Succeeded();

        Assert.Contains("abs: tiny: plan taken from the cache", outcome.Output, StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync([.. NoSearch, .. arguments, "-p:AbsFingerprintCode=built"])).FailedWith("ABS5002");
        var code = Path.Combine(project.State, "..", "abs-code");
        Assert.Equal(["Near.dll", "Tiny.dll"], Directory.GetFiles(code, "*.dll", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)).Where(name => name is "Near.dll" or "Tiny.dll").Distinct().Order(StringComparer.Ordinal));
        (await project.BuildAsync("-t:Clean")).Succeeded();
        Assert.False(Directory.Exists(project.State));
        Assert.False(Directory.Exists(code));
    }

    [Theory]
    [InlineData("TinyNetwork.cs", "max_pool2d(x, 2)", "max_pool2d(x, 3)")]
    [InlineData("TinyNetwork.cs", "Linear(8 * 3 * 3, 4)", "Linear(8 * 3 * 3, 5)")]
    [InlineData("data/images.csv", "4,", "5,")]
    public async Task What_counts_needs_a_search(string file, string text, string other)
    {
        var project = await feed.AcceptedCopyAsync();
        await EditAsync(Path.Combine(project.Folder, file), source => source.Replace(text, other, StringComparison.Ordinal));

        (await project.BuildWithoutWorkerAsync(NoSearch)).FailedWith("ABS5002");
    }

    [Fact]
    public async Task Code_of_a_project_behind_a_referenced_one_counts_and_the_target_says_which_changed()
    {
        var project = await feed.AcceptedCopyAsync();
        await LibraryAsync(project, "Near", "<ProjectReference Include=\"../Far/Far.csproj\" />", "public static class Near { public static int Size() => Far.Size(); }");
        var far = await LibraryAsync(project, "Far", "", "public static class Far { public static int Size() => 2; public static int Unused() => 3; }");
        await EditAsync(Path.Combine(project.Folder, "TinyNetwork.cs"), source => source.Replace("max_pool2d(x, 2)", "max_pool2d(x, Near.Size())", StringComparison.Ordinal));
        string[] arguments = ["-p:TinyReference=../Near/Near.csproj", "-p:AbsSnapshotMode=off"];
        (await project.BuildAsync(arguments)).Succeeded();

        await EditAsync(far, source => source.Replace("=> 3", "=> 4", StringComparison.Ordinal));
        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
        await EditAsync(far, source => source.Replace("=> 2", "=> 1 + 1 - 3", StringComparison.Ordinal));
        var explained = (await project.BuildWithoutWorkerAsync([.. arguments, "-t:AbsFingerprint"])).Succeeded();

        Assert.Contains("abs: tiny: since the last plan", explained.Output, StringComparison.Ordinal);
        Assert.Contains("    code:Far.Size changed", explained.Output, StringComparison.Ordinal);
        Assert.Contains("    setting:Seed = 1", explained.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unused", explained.Output, StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(Path.Combine(project.Folder, "obj", "Debug", "net10.0", "abs", "fingerprints", "tiny.json"));
        Assert.Contains("\"changes\": [\n    \"code:Far.Size changed\"\n  ]", report, StringComparison.Ordinal);
        (await project.BuildWithoutWorkerAsync([.. arguments, .. NoSearch])).FailedWith("ABS5002");
    }

    [Fact]
    public async Task Without_a_plan_the_target_says_so_and_makes_none()
    {
        var project = new FixtureProject(feed);

        var outcome = (await project.BuildWithoutWorkerAsync("-t:AbsFingerprint")).Succeeded();

        Assert.Contains("abs: tiny: no plan to compare with", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(project.Plans().Keys, file => file.EndsWith(".plan.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Above_the_limit_data_files_count_by_length_and_time()
    {
        var project = await feed.AcceptedCopyAsync();
        string[] arguments = ["-p:AbsDataHashLimit=0KB", "-t:AbsFingerprint"];

        var manifest = (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
        var content = (await project.BuildWithoutWorkerAsync([.. arguments, "-p:AbsDataFingerprint=content"])).Succeeded();

        Assert.Contains("abs: tiny: its data files (9 B) count by name, length and time", manifest.Output, StringComparison.Ordinal);
        Assert.Contains("data:data/images.csv = 9 bytes of 20", manifest.Output, StringComparison.Ordinal);
        Assert.Contains("    data:data/images.csv changed\n", manifest.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: nothing has changed since the last plan", content.Output, StringComparison.Ordinal);
    }

    private static async Task EditAsync(string file, Func<string, string> edit)
    {
        var before = await File.ReadAllTextAsync(file);
        var after = edit(before);
        Assert.NotEqual(before, after);
        await File.WriteAllTextAsync(file, after);
    }

    private static async Task<string> LibraryAsync(FixtureProject project, string name, string references, string source)
    {
        var folder = Directory.CreateDirectory(Path.Combine(project.Folder, "..", name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".csproj"), $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>{references}</ItemGroup></Project>""");
        var file = Path.Combine(folder, name + ".cs");
        await File.WriteAllTextAsync(file, source);
        return file;
    }
}
