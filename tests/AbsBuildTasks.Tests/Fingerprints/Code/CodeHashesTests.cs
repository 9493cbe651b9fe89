using AbsBuildTasks.Fingerprints;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

public sealed class CodeHashesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Compiled _compiled = new();

    private string Store => Path.Combine(_folder.Path, "code.tsv");

    public void Dispose()
    {
        _folder.Dispose();
        _compiled.Dispose();
    }

    [Fact]
    public void Assemblies_that_have_settled_are_read_once()
    {
        var file = Settled(1);
        var first = HashAndSave(file);

        // Same size and time: what a change could only look like if someone hid it.
        var time = File.GetLastWriteTimeUtc(file);
        File.WriteAllBytes(file, new byte[new FileInfo(file).Length]);
        File.SetLastWriteTimeUtc(file, time);

        Assert.Contains("code:Model.Size", first.Keys);
        Assert.Equal(first, HashAndSave(file));
    }

    [Fact]
    public void Another_time_or_another_assembly_is_another_file()
    {
        var file = Settled(1);
        var first = HashAndSave(file);
        File.Copy(Settled(2), file, overwrite: true);

        Assert.NotEqual(first["code:Model.Size"], HashAndSave(file)["code:Model.Size"]);
        Assert.Contains("code:Other.Size", HashAndSave(file, Settled(3, "Other")).Keys);
    }

    [Fact]
    public void An_assembly_just_written_is_read_again()
    {
        var file = Settled(1);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        HashAndSave(file);

        Assert.False(File.Exists(Store));
    }

    [Fact]
    public void Models_are_told_apart()
    {
        var file = Settled(1);
        var hashes = new CodeHashes(Store, [file]);
        var (named, unnamed) = (hashes.Of("Model"), hashes.Of(null));
        hashes.Save();

        var again = new CodeHashes(Store, [file]);
        Assert.Equal(named, again.Of("Model"));
        Assert.Equal(unnamed, again.Of(null));
        Assert.NotEqual(named["code"], unnamed["code"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("damaged")]
    [InlineData("cut")]
    [InlineData("line")]
    public void A_damaged_store_costs_time_only(string damage)
    {
        var file = Settled(1);
        var first = HashAndSave(file);
        var lines = File.ReadAllLines(Store);
        File.WriteAllText(Store, damage switch
        {
            "cut" => string.Join('\n', lines[..^1]),
            "line" => string.Join('\n', lines).Replace("what", "thus", StringComparison.Ordinal).Replace("all", "one", StringComparison.Ordinal),
            _ => damage,
        });

        Assert.Equal(first, HashAndSave(file));
        Assert.Equal(lines, File.ReadAllLines(Store));
    }

    private IReadOnlyDictionary<string, string> HashAndSave(params string[] files)
    {
        var hashes = new CodeHashes(Store, files);
        var entries = hashes.Of(null);
        hashes.Save();
        return entries;
    }

    private string Settled(int size, string name = "Model")
    {
        var file = _compiled.Library(name, $"public class {name} {{ public int Size() => {size}; }}");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-size));
        return file;
    }
}
