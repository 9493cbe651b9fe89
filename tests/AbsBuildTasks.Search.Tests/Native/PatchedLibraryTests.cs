using System.Diagnostics;
using System.Runtime.Versioning;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Native;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Native;

[SupportedOSPlatform("linux")]
public sealed class PatchedLibraryTests : IDisposable
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("abs-native-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LinuxFact]
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

    [LinuxFact]
    public void A_copy_that_exists_is_used_again()
    {
        var source = Source(PatchedLibrary.Version);
        var first = PatchedLibrary.Create(source, _folder)!;
        var time = File.GetLastWriteTimeUtc(first);

        Assert.Equal(first, PatchedLibrary.Create(source, _folder));
        Assert.Equal(time, File.GetLastWriteTimeUtc(first));
    }

    [LinuxFact]
    public void Another_content_has_another_copy() =>
        Assert.NotEqual(PatchedLibrary.Create(Source(PatchedLibrary.Version), _folder), PatchedLibrary.Create(Source(PatchedLibrary.Version, "CXXABI_1.3"), _folder));

    [LinuxFact]
    public void A_library_that_asks_for_nothing_new_has_no_copy()
    {
        var native = Path.Combine(_folder, "native");

        Assert.Null(PatchedLibrary.Create(Source("GLIBCXX_3.4.30"), native));
        Assert.False(Directory.Exists(native));
    }

    [LinuxFact]
    public async Task Many_at_once_make_one_whole_copy()
    {
        var source = Source(PatchedLibrary.Version);

        var copies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PatchedLibrary.Create(source, Path.Combine(_folder, "native")))));

        var copy = Assert.Single(copies.Distinct())!;
        Assert.Equal(new FileInfo(source).Length, new FileInfo(copy).Length);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(copy)!));
    }

    [LinuxTheory]
    [InlineData("native")]
    [InlineData("missing/native")]
    public void What_is_made_is_for_the_owner_alone(string folder)
    {
        var copy = PatchedLibrary.Create(Source(PatchedLibrary.Version), Path.Combine(_folder, folder))!;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        for (var made = Path.GetDirectoryName(copy)!; made != _folder; made = Path.GetDirectoryName(made)!)
        {
            Assert.Equal(OwnersFolder, File.GetUnixFileMode(made));
        }
    }

    [LinuxFact]
    public void A_copy_with_another_content_of_the_same_length_is_replaced()
    {
        var source = Source(PatchedLibrary.Version);
        var copy = PatchedLibrary.Create(source, _folder)!;
        var sound = File.ReadAllBytes(copy);
        File.WriteAllBytes(copy, [.. sound.Select(value => (byte)~value)]);

        Assert.Equal(copy, PatchedLibrary.Create(source, _folder));
        Assert.Equal(sound, File.ReadAllBytes(copy));
    }

    [LinuxFact]
    public void A_copy_that_others_can_write_or_that_is_a_link_is_replaced()
    {
        var source = Source(PatchedLibrary.Version);
        var copy = PatchedLibrary.Create(source, _folder)!;
        File.SetUnixFileMode(copy, OwnersFolder | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);

        Assert.Equal(copy, PatchedLibrary.Create(source, _folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));

        var elsewhere = Path.Combine(_folder, "elsewhere");
        File.Move(copy, elsewhere);
        File.CreateSymbolicLink(copy, elsewhere);

        Assert.Equal(copy, PatchedLibrary.Create(source, _folder));
        Assert.Null(new FileInfo(copy).LinkTarget);
    }

    [LinuxTheory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_folder_that_others_can_write_to_is_refused(UnixFileMode mode)
    {
        var source = Source(PatchedLibrary.Version);
        var native = Path.Combine(_folder, "native");
        var copy = PatchedLibrary.Create(source, native)!;
        foreach (var folder in new[] { native, Path.GetDirectoryName(copy)! })
        {
            File.SetUnixFileMode(folder, OwnersFolder | mode);

            Assert.Equal(AbsCodes.UnsafeFolder, Assert.Throws<AbsException>(() => PatchedLibrary.Create(source, native)).Code);
            File.SetUnixFileMode(folder, OwnersFolder);
        }
    }

    [LinuxFact(NeedsRoot = true)]
    public void What_belongs_to_another_user_is_refused_or_replaced()
    {
        var source = Source(PatchedLibrary.Version);
        var native = Path.Combine(_folder, "native");
        var copy = PatchedLibrary.Create(source, native)!;
        GiveAway(copy);

        Assert.Equal(copy, PatchedLibrary.Create(source, native));
        Assert.True(FileOwner.IsTrusted(copy));

        GiveAway(native);

        Assert.Contains("belongs to another user", Assert.Throws<AbsException>(() => PatchedLibrary.Create(source, native)).Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_folder_that_is_a_link_is_refused()
    {
        var source = Source(PatchedLibrary.Version);
        var native = Path.Combine(_folder, "native");
        File.CreateSymbolicLink(native, Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName);

        Assert.Equal(AbsCodes.UnsafeFolder, Assert.Throws<AbsException>(() => PatchedLibrary.Create(source, native)).Code);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder, "elsewhere")));
    }

    private static void GiveAway(string path)
    {
        using var process = Process.Start("/bin/chown", ["65534", path]);
        process.WaitForExit();
        Assert.False(FileOwner.IsTrusted(path));
    }

    private string Source(params string[] versions)
    {
        var path = Path.Combine(_folder, "libSmall.so");
        File.WriteAllBytes(path, SmallElf.Create(("libstdc++.so.6", versions)));
        return path;
    }
}
