using System.Text;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>The files of a search, as tests store and fetch them.</summary>
internal static class SearchFiles
{
    public const string Model = "digits";
    public const string Fingerprint = SamplePlan.Fingerprint;

    /// <summary>Writes the files of a search.</summary>
    public static string[] Write(string folder, string weights = "weights", CompressionPlan? plan = null)
    {
        Directory.CreateDirectory(folder);
        plan ??= SamplePlan.Digits;
        byte[][] contents = [SampleWeights.Of(plan, weights), "{}"u8.ToArray(), Encoding.UTF8.GetBytes(PlanJson.Write(plan))];
        string[] files = [.. ResultFile.NamesOf(Model).Select(name => Path.Combine(folder, name))];
        for (var i = 0; i < files.Length; i++)
        {
            File.WriteAllBytes(files[i], contents[i]);
        }

        return files;
    }

    /// <summary>Writes the one file of a sweep.</summary>
    /// <param name="folder">Where to write it.</param>
    /// <param name="fingerprint">The search that the sweep says it is of.</param>
    public static string[] WriteSweep(string folder, string fingerprint = Fingerprint)
    {
        var sweep = Path.Combine(folder, Model + ResultFile.Sweep.Suffix);
        SweepFile.Write(sweep, SweepResult.Of(SamplePlan.Digits with { Fingerprint = fingerprint }, []));
        return [sweep];
    }

    /// <summary>Fails unless a folder holds just these files, byte for byte.</summary>
    public static void AssertEqual(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        Assert.All(Names(expected), name => Assert.Equal(File.ReadAllBytes(Path.Combine(expected, name)), File.ReadAllBytes(Path.Combine(actual, name))));
    }

    private static string[] Names(string folder) => [.. Directory.GetFileSystemEntries(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
