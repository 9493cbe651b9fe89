using AbsBuildTasks.Plans.Fingerprints;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Model projects in other languages than C#: what their compilers write by themselves does not count.</summary>
public sealed class LanguageTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Theory]
    [InlineData("FSharp", "Model.fs", "    let unused a b = a + b * 2L", "    // A comment.\n\n    let unused a b = a + b * 3L", "functional.relu", "functional.gelu", "code:Models.Network.forward changed")]
    [InlineData("VisualBasic", "Model.vb", "Public Class Network", "' A comment.\nPublic Class Unrelated\n    Public Function Of2(n As Integer) As System.Func(Of Integer, Integer)\n        Return Function(x As Integer) x * n\n    End Function\n    Public Function Named() As Object\n        Return New With {.A = 1, .B = 2}\n    End Function\nEnd Class\n\nPublic Class Network", "size * 2", "size * 3", "code:Models.Network.Steps changed")]
    public async Task Folder_lines_comments_and_the_configuration_do_not_count(string fixture, string file, string text, string other, string code, string otherCode, string change)
    {
        var (one, two) = (Copy(fixture, "one"), Copy(fixture, "a longer folder/two"));
        await ReplaceAsync(Path.Combine(two, file), text, other);

        var first = await EntriesAsync(one, "Debug");
        Assert.Equal("what the model reaches", first.Single(entry => entry.Key == "code").Value);
        Assert.DoesNotContain(first, entry => entry.Key.StartsWith("resource:", StringComparison.Ordinal));
        Assert.Empty(FingerprintChanges.Between(first, await EntriesAsync(two, "Debug")));
        Assert.Empty(FingerprintChanges.Between(first, await EntriesAsync(two, "Release")));

        await ReplaceAsync(Path.Combine(two, file), code, otherCode);
        Assert.Contains(change, FingerprintChanges.Between(first, await EntriesAsync(two, "Debug")));
    }

    private async Task<IReadOnlyList<KeyValuePair<string, string>>> EntriesAsync(string folder, string configuration)
    {
        (await DotNet.RunAsync(folder, feed.Environment, "build", "-c", configuration, "-t:AbsFingerprint")).Succeeded();
        return FingerprintReport.TryRead(FingerprintReport.PathOf(Path.Combine(folder, "obj", configuration, "net10.0", "abs"), "tiny"))!.Entries;
    }

    private string Copy(string fixture, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(feed.Folder, Guid.NewGuid().ToString("N")[..8], name)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Build.Tests", "Fixtures", fixture)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private static async Task ReplaceAsync(string file, string text, string other)
    {
        var before = await File.ReadAllTextAsync(file);
        Assert.Contains(text, before, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, before.Replace(text, other, StringComparison.Ordinal));
    }
}
