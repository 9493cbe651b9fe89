using AbsBuildTasks.Fingerprints;

namespace AbsBuildTasks.Tests;

public sealed class AssemblyMeaningTests : IDisposable
{
    // An array's initial values lie behind the symbols' path, and their addresses are in the metadata.
    private const string Source = """
        public static class Model
        {
            public static long[] Sizes() => new long[] { 16, 32, 64, 128, 256 };

            public static double Rate() => 0.25;

            public static string Name() => "digits";
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("b")]
    [InlineData("another/much/longer/path/to/the/same/source")]
    [InlineData("a/path/so/long/that/it/fills/more/than/one/of/the/file's/blocks/of/five/hundred/and/twelve/bytes/which/takes/quite/a/few/words/to/get/to/so/here/are/some/more/of/them/and/then/some/to/be/on/the/safe/side/as/sections/have/some/bytes/left/at/their/ends/that/have/to/be/filled/first/before/another/block/begins/and/a/name/cannot/be/longer/than/two/hundred/and/fifty/five/so/there/are/many/folders/of/few/letters/each/in/this/path/to/the/same/source/as/in/the/first/one/and/still/more/words/and/some/more/to/end/with")]
    public void The_folder_does_not_count(string folder)
    {
        var (one, other) = (Compile("a", Source), Compile(folder, Source));

        Assert.NotEqual(File.ReadAllBytes(one), File.ReadAllBytes(other));
        Assert.Equal(Hash(one), Hash(other));
    }

    [Theory]
    [InlineData("-platform:x64")]
    [InlineData("-debug:embedded")]
    [InlineData("-subsystemversion:6.02")]
    public void The_folder_does_not_count_however_it_is_compiled(string option) =>
        Assert.Equal(Hash(Compile("a", Source, option)), Hash(Compile("another/folder", Source, option)));

    [Fact]
    public void Comments_and_blank_lines_do_not_count() =>
        Assert.Equal(Hash(Compile("a", Source)), Hash(Compile("b", "// Sixteen filters and more.\n\n" + Source.Replace("0.25;", "0.25; // per step", StringComparison.Ordinal))));

    [Theory]
    [InlineData("0.25", "0.5")]
    [InlineData("128", "192")]
    [InlineData("256", "512")]
    [InlineData("\"digits\"", "\"letter\"")]
    [InlineData("Rate", "Size")]
    [InlineData("double Rate() => 0.25", "double Rate() => 0.25 * Sizes()[0]")]
    public void What_the_code_does_counts(string what, string other) =>
        Assert.NotEqual(Hash(Compile("a", Source)), Hash(Compile("b", Source.Replace(what, other, StringComparison.Ordinal))));

    [Fact]
    public void Embedded_files_count()
    {
        var one = Compile("a", Source, $"-resource:{_folder.Write("one.txt", "one")},text");
        var same = Compile("b", Source, $"-resource:{_folder.Write("same.txt", "one")},text");
        var other = Compile("c", Source, $"-resource:{_folder.Write("two.txt", "two")},text");

        Assert.Equal(Hash(one), Hash(same));
        Assert.NotEqual(Hash(one), Hash(other));
    }

    [Fact]
    public void A_damaged_file_is_taken_as_it_is_or_as_an_assembly_but_never_fails()
    {
        var content = File.ReadAllBytes(Compile("a", Source));
        var random = new Random(1);
        for (var length = 0; length < content.Length; length += 7)
        {
            AssemblyMeaning.Of(content[..length])?.Dispose();
        }

        for (var round = 0; round < 20_000; round++)
        {
            var damaged = content.ToArray();
            for (var i = 0; i < 4; i++)
            {
                damaged[random.Next(round % 2 == 0 ? 1024 : content.Length)] = (byte)random.Next(256);
            }

            AssemblyMeaning.Of(damaged)?.Dispose();
        }
    }

    [Fact]
    public void Other_files_are_hashed_whole()
    {
        var file = _folder.Write("text.dll", "abc");

        Assert.Equal(new FileHashes(_folder.Path + "/none").Of(file), Hash(file));
    }

    [Fact]
    public void What_is_remembered_of_a_file_is_not_taken_for_what_is_remembered_of_an_assembly()
    {
        var file = Compile("a", Source);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        var first = new FileHashes(_folder.Path + "/store");
        var whole = first.Of(file);
        first.OfAssembly(file);
        first.Save();

        var second = new FileHashes(_folder.Path + "/store");
        Assert.Equal(whole, second.Of(file));
        Assert.NotEqual(whole, second.OfAssembly(file));
    }

    private string Hash(string file) => new FileHashes(_folder.Path + "/none").OfAssembly(file);

    private string Compile(string folder, string source, params string[] options) =>
        Compiler.Compile(_folder.Write($"{folder}/Model.cs", source), options);
}
