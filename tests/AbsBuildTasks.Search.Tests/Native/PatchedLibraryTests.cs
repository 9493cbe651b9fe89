using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Native;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Native;

public sealed class PatchedLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-native-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_copy_keeps_its_file_name_and_its_source_stays_as_it_was()
    {
        var source = Source(PatchedLibrary.Version);
        var original = File.ReadAllBytes(source);

        var copy = PatchedLibrary.Create(source, Path.Combine(_folder, "native"));

        Assert.NotNull(copy);
        Assert.Equal("libSmall.so", Path.GetFileName(copy));
        Assert.Equal(original, File.ReadAllBytes(source));
        Assert.NotEqual(original, File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_copy_that_exists_is_used_again()
    {
        var source = Source(PatchedLibrary.Version);
        var first = PatchedLibrary.Create(source, _folder)!;
        var time = File.GetLastWriteTimeUtc(first);

        Assert.Equal(first, PatchedLibrary.Create(source, _folder));
        Assert.Equal(time, File.GetLastWriteTimeUtc(first));
    }

    [Fact]
    public void Another_content_has_another_copy() =>
        Assert.NotEqual(PatchedLibrary.Create(Source(PatchedLibrary.Version), _folder), PatchedLibrary.Create(Source(PatchedLibrary.Version, "CXXABI_1.3"), _folder));

    [Fact]
    public void A_library_that_asks_for_nothing_new_has_no_copy()
    {
        var native = Path.Combine(_folder, "native");

        Assert.Null(PatchedLibrary.Create(Source("GLIBCXX_3.4.30"), native));
        Assert.False(Directory.Exists(native));
    }

    [Fact]
    public async Task Many_at_once_make_one_whole_copy()
    {
        var source = Source(PatchedLibrary.Version);

        var copies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PatchedLibrary.Create(source, Path.Combine(_folder, "native")))));

        var copy = Assert.Single(copies.Distinct())!;
        Assert.Equal(new FileInfo(source).Length, new FileInfo(copy).Length);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(copy)!));
    }

    private string Source(params string[] versions)
    {
        var path = Path.Combine(_folder, "libSmall.so");
        File.WriteAllBytes(path, SmallElf.Create(("libstdc++.so.6", versions)));
        return path;
    }
}
