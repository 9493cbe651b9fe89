using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Tests.Fingerprints.Code;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Fingerprints;

/// <summary>Everything that a plan depends on is in its model's fingerprint.</summary>
public sealed class ProjectFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Compiled _compiled = new();
    private readonly string _assembly;

    public ProjectFingerprintTests()
    {
        _assembly = _compiled.Library("Model", "public class Model { public int Size() => 1; }");
        Packages("1.0.0");
        _folder.Write("data/a.csv", "a");
        _folder.Write("start.dat", "b");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _compiled.Dispose();
    }

    [Fact]
    public void The_same_is_the_same() => Assert.Empty(Changes(() => { }));

    [Fact]
    public void Package_versions_count() => Assert.Equal(["package:Torch changed from 1.0.0 to 2.0.0"], Changes(() => Packages("2.0.0")));

    [Fact]
    public void Data_files_count() => Assert.Equal(["data:data/a.csv changed"], Changes(() => _folder.Write("data/a.csv", "c")));

    [Fact]
    public void New_data_files_count() => Assert.Equal(["data:data/b.csv is new"], Changes(() => _folder.Write("data/b.csv", "c")));

    [Fact]
    public void Starting_weights_count() => Assert.Equal(["checkpoint changed"], Changes(() => _folder.Write("start.dat", "c")));

    [Fact]
    public void Code_counts_by_its_member() => Assert.Equal(
        ["code:Model.Size changed"],
        Changes(() => File.Copy(_compiled.Library("Model", "public class Model { public int Size() => 2; }"), _assembly, overwrite: true)));

    [Theory]
    [InlineData("engine changed from 1.0 to 2.0", "2.0", "digits", "Seed", "1")]
    [InlineData("model changed from digits to letters", "1.0", "letters", "Seed", "1")]
    [InlineData("setting:Seed changed from 1 to 2", "1.0", "digits", "Seed", "2")]
    [InlineData("type changed from nothing to M", "1.0", "digits", "Type", "M")]
    public void So_do_the_engine_and_what_the_item_says(string change, string engine, string model, string name, string value) =>
        Assert.Equal([change], FingerprintChanges.Between(Entries(), Entries(engine, model, (name, value))));

    [Fact]
    public void The_plans_schema_counts() => Assert.Contains("schema", Entries().Select(entry => entry.Key));

    [Fact]
    public void A_manifest_has_length_and_time_in_the_place_of_content()
    {
        var file = _folder.Write("data/a.csv", "a");
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        Assert.Equal("1 bytes of 2020-01-02T03:04:05.0000000Z", Data(Entries(item: ("DataFingerprint", "manifest"))));

        File.WriteAllText(file, "b");
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        Assert.Equal("1 bytes of 2020-01-02T03:04:05.0000000Z", Data(Entries(item: ("DataFingerprint", "manifest"))));
        Assert.True(Fingerprint.IsHash(Data(Entries())));

        static string Data(IReadOnlyList<KeyValuePair<string, string>> entries) => entries.Single(entry => entry.Key == "data:data/a.csv").Value;
    }

    [Fact]
    public void A_latency_table_counts_by_what_it_says_and_not_for_training()
    {
        var before = Timed(LatencyJson.Write(SampleTable.Digits));

        Assert.Equal(before, Timed(LatencyJson.Write(SampleTable.Digits).Replace("\n", "\r\n", StringComparison.Ordinal)));
        var other = Timed(LatencyJson.Write(SampleTable.Digits).Replace("[70]", "[71]", StringComparison.Ordinal));
        Assert.Equal(["latency-table"], before.Except(other).Select(entry => entry.Key));
        Assert.Equal(TrainingOf(before), TrainingOf(other));

        static string TrainingOf(IEnumerable<KeyValuePair<string, string>> entries) => StageKeys.Of(FingerprintBuilder.Of(entries), SettingTexts.Default, isHeld: false).Training!;

        IReadOnlyList<KeyValuePair<string, string>> Timed(string table)
        {
            _folder.Write("t.json", table);
            return Entries(item: ("LatencyTable", "t.json"));
        }
    }

    [Fact]
    public void The_weights_that_a_search_starts_from_count_by_their_content()
    {
        (string, string)[] item = [("Checkpoint", ""), ("WarmStart", "start.dat")];
        var before = Entries(item: item);

        Assert.Contains(before, entry => entry.Key == "warm-start" && entry.Value.Length == 64);
        _folder.Write("start.dat", "others");
        Assert.Equal(["warm-start changed"], FingerprintChanges.Between(before, Entries(item: item)));
    }

    private IReadOnlyList<string> Changes(Action change)
    {
        var before = Entries();
        change();
        return FingerprintChanges.Between(before, Entries());
    }

    private IReadOnlyList<KeyValuePair<string, string>> Entries(string engine = "1.0", string name = "digits", params (string Name, string Value)[] item)
    {
        var metadata = new TaskItem(name, new Dictionary<string, string> { ["Budget"] = "bops=5%", ["DataFiles"] = "data/*", ["Checkpoint"] = "start.dat" });
        foreach (var (key, value) in item)
        {
            metadata.SetMetadata(key, value);
        }

        var model = Assert.Single(ModelItem.ReadAll([metadata], _folder.Path, [], ""));
        return new ProjectFingerprint(
            engine,
            new ProjectPackages(Path.Combine(_folder.Path, "x.deps.json"), "", "net10.0"),
            new CodeHashes(Path.Combine(_folder.Path, "code.tsv"), [_assembly]),
            new FileHashes(Path.Combine(_folder.Path, "hashes.tsv")),
            new DataCover("", "")).Of(model).Entries;
    }

    private void Packages(string version) => _folder.Write(
        "x.deps.json",
        $$"""{ "libraries": { "Torch/{{version}}": { "type": "package" }, "libtorch-cpu-{{version}}/{{version}}": { "type": "package" }, "Model/1.0.0": { "type": "project" } } }""");
}
