// The few members of Verify that samples/SnapshotTests uses, as far as it needs them: not every package feed has Verify.
using System.Runtime.CompilerServices;
using System.Text;
using Newtonsoft.Json.Linq;
using VerifyTests;

namespace VerifyXunit;

internal static class Verifier
{
    private static readonly string Sample = Repository.PathOf("samples/SnapshotTests");

    public static async Task VerifyFile(string path, VerifySettings settings) =>
        await CompareAsync(await File.ReadAllTextAsync(path), Path.Combine(Sample, settings.Directory!, settings.FileName + ".verified" + Path.GetExtension(path)), settings.Comparer!);

    public static SettingsTask VerifyJson(string json, [CallerFilePath] string source = "", [CallerMemberName] string test = "") =>
        new(JToken.Parse(json), text => CompareAsync(text, Path.Combine(Sample, $"{Path.GetFileNameWithoutExtension(source)}.{test}.verified.txt"), Exactly));

    // The file is in the form that Verify writes: UTF-8 with byte order mark, LF, none at the end.
    private static async Task CompareAsync(string received, string file, StringCompare compare)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        var verified = Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3);
        Assert.DoesNotContain('\r', verified);
        Assert.NotEqual('\n', verified[^1]);
        var result = await compare(received, verified, new Dictionary<string, object>());
        Assert.True(result.IsEqual, result.Message);
    }

    private static Task<CompareResult> Exactly(string received, string verified, IReadOnlyDictionary<string, object> context) =>
        Task.FromResult(received == verified ? CompareResult.Equal : CompareResult.NotEqual(received));
}
