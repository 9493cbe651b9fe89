using System.Runtime.Versioning;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Native;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Native;

[SupportedOSPlatform("linux")]
public sealed class LibraryLinksTests : IDisposable
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("abs-links-").FullName;
    private readonly string[] _libraries;

    public LibraryLinksTests() => _libraries = [Path.Combine(_folder, "a", "liba.so"), Path.Combine(_folder, "b", "libb.so")];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Native => Path.Combine(_folder, "native");

    [LinuxFact]
    public void Links_are_made_for_the_owner_alone_and_used_again()
    {
        var links = LibraryLinks.Create(_libraries, Native);
        var time = Directory.GetLastWriteTimeUtc(links);

        Assert.Equal(links, LibraryLinks.Create(_libraries, Native));
        Assert.Equal(time, Directory.GetLastWriteTimeUtc(links));
        Assert.Equal([OwnersFolder, OwnersFolder], new[] { Native, links }.Select(File.GetUnixFileMode));
        Assert.Equal(_libraries, Targets(links));
    }

    [LinuxTheory]
    [InlineData("liba.so", "/elsewhere/liba.so")]
    [InlineData("liba.so", null)]
    [InlineData("libc.so", "/elsewhere/libc.so")]
    [InlineData("libc.so", "")]
    public void Links_that_lead_elsewhere_are_made_anew(string name, string? target)
    {
        var links = LibraryLinks.Create(_libraries, Native);
        var file = Path.Combine(links, name);
        File.Delete(file);
        if (target is "")
        {
            File.WriteAllText(file, "evil");
        }
        else if (target is not null)
        {
            File.CreateSymbolicLink(file, target);
        }

        Assert.Equal(links, LibraryLinks.Create(_libraries, Native));
        Assert.Equal(_libraries, Targets(links));
    }

    [LinuxTheory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_folder_that_others_can_write_to_is_refused(UnixFileMode mode)
    {
        foreach (var folder in new[] { LibraryLinks.Create(_libraries, Native), Native })
        {
            File.SetUnixFileMode(folder, OwnersFolder | mode);

            Assert.Equal(AbsCodes.UnsafeFolder, Assert.Throws<AbsException>(() => LibraryLinks.Create(_libraries, Native)).Code);
            File.SetUnixFileMode(folder, OwnersFolder);
        }
    }

    [LinuxFact]
    public void A_folder_that_is_a_link_is_refused()
    {
        var links = LibraryLinks.Create(_libraries, Native);
        var elsewhere = Path.Combine(_folder, "elsewhere");
        Directory.Move(links, elsewhere);
        Directory.CreateSymbolicLink(links, elsewhere);

        Assert.Equal(AbsCodes.UnsafeFolder, Assert.Throws<AbsException>(() => LibraryLinks.Create(_libraries, Native)).Code);
    }

    private static IEnumerable<string?> Targets(string folder) => new DirectoryInfo(folder).GetFileSystemInfos().Select(entry => entry.LinkTarget).Order(StringComparer.Ordinal);
}
