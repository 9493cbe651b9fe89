using AbsBuildTasks.Fingerprints;

namespace AbsBuildTasks.Tests.Fingerprints;

public sealed class FileHashesTests : IDisposable
{
    private const string HashOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly TemporaryFolder _folder = new();

    private string Store => Path.Combine(_folder.Path, "hashes.tsv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_has_settled_is_read_once()
    {
        var file = _folder.Write("data", "abc");
        Age(file);
        Assert.Equal(HashOfAbc, HashAndSave(file));

        // Same size and time: what a change could only look like if someone hid it.
        var time = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, "xyz");
        File.SetLastWriteTimeUtc(file, time);

        Assert.Equal(HashOfAbc, HashAndSave(file));
    }

    [Fact]
    public void A_file_just_written_is_read_again()
    {
        var file = _folder.Write("data", "xyz");
        HashAndSave(file);
        File.WriteAllText(file, "abc");

        Assert.Equal(HashOfAbc, HashAndSave(file));
    }

    [UnixFact]
    public void What_a_link_leads_to_is_read_again_where_it_has_changed()
    {
        var (file, link) = (_folder.Write("store/data", "xyz"), Path.Combine(_folder.Path, "link"));
        File.CreateSymbolicLink(link, file);
        Age(file);
        HashAndSave(link);
        File.WriteAllText(file, "abc");

        Assert.Equal(HashOfAbc, HashAndSave(link));
    }

    [Theory]
    [InlineData("")]
    [InlineData("damaged")]
    [InlineData("nohash\tcontent\t3\t1\tdata\n")]
    public void A_damaged_store_costs_time_only(string content)
    {
        var file = _folder.Write("data", "abc");
        Age(file);
        File.WriteAllText(Store, content);

        Assert.Equal(HashOfAbc, HashAndSave(file));
        Assert.Contains(HashOfAbc, File.ReadAllText(Store), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Files_that_were_not_asked_for_are_forgotten_only_where_all_were_asked_for(bool isWhole, bool isKept)
    {
        var (hashes, old, added) = AskedForAnother();
        hashes.Save(isWhole);

        var lines = File.ReadAllText(Store);
        Assert.Contains(added, lines, StringComparison.Ordinal);
        Assert.Equal(isKept, lines.Contains(old, StringComparison.Ordinal));
    }

    [Fact]
    public void They_are_forgotten_also_where_what_was_read_is_remembered_already()
    {
        var (hashes, old, added) = AskedForAnother();
        hashes.Save(isWhole: false);
        hashes.Save(isWhole: true);

        var lines = File.ReadAllText(Store);
        Assert.Contains(added, lines, StringComparison.Ordinal);
        Assert.DoesNotContain(old, lines, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_remembered_is_not_written_again()
    {
        var file = _folder.Write("data", "abc");
        Age(file);
        var hashes = new FileHashes(Store);
        hashes.Of(file);
        hashes.Save(isWhole: false);
        File.Delete(Store);

        hashes.Save(isWhole: false);
        hashes.Save(isWhole: true);

        Assert.False(File.Exists(Store));
    }

    [Fact]
    public void Where_nothing_had_to_be_read_nothing_is_written_to_forget_others()
    {
        var (old, file) = (_folder.Write("old", "xyz"), _folder.Write("data", "abc"));
        Age(old);
        Age(file);
        var both = new FileHashes(Store);
        both.Of(old);
        both.Of(file);
        both.Save(isWhole: true);

        HashAndSave(file);

        Assert.Contains(old, File.ReadAllText(Store), StringComparison.Ordinal);
    }

    /// <summary>Hashes of an earlier build's file, of which this build asks for another one only.</summary>
    private (FileHashes Hashes, string Old, string Added) AskedForAnother()
    {
        var (old, added) = (_folder.Write("old", "abc"), _folder.Write("added", "xyz"));
        Age(old);
        Age(added);
        HashAndSave(old);

        var hashes = new FileHashes(Store);
        hashes.Of(added);
        return (hashes, old, added);
    }

    private static void Age(string file) => File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));

    private string HashAndSave(string file)
    {
        var hashes = new FileHashes(Store);
        var hash = hashes.Of(file);
        hashes.Save(isWhole: true);
        return hash;
    }
}
