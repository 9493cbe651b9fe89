using AbsBuildTasks.Search.Native;
using FsCheck.Xunit;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Native;

public sealed class VersionNeedsTests
{
    private const string Library = "libstdc++.so.6";

    private static byte[] Usual() => SmallElf.Create(
        ("libc.so.6", ["GLIBC_2.34", PatchedLibrary.Version]),
        (Library, ["GLIBCXX_3.4.30", PatchedLibrary.Version, "CXXABI_1.3.13"]),
        ("libm.so.6", ["GLIBC_2.2.5"]));

    [Fact]
    public void Only_the_flag_of_the_version_asked_for_changes()
    {
        var before = Usual();
        var after = Usual();

        Assert.True(VersionNeeds.MakeWeak(new ElfImage(after), Library, PatchedLibrary.Version));

        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToArray();
        Assert.Equal(2, after[Assert.Single(changed)]);
    }

    [Fact]
    public void A_second_time_changes_nothing()
    {
        var once = Usual();
        VersionNeeds.MakeWeak(new ElfImage(once), Library, PatchedLibrary.Version);
        byte[] twice = [.. once];

        Assert.True(VersionNeeds.MakeWeak(new ElfImage(twice), Library, PatchedLibrary.Version));
        Assert.Equal(once, twice);
    }

    [Theory]
    [InlineData("libm.so.6", PatchedLibrary.Version)]
    [InlineData(Library, "GLIBCXX_3.4.3")]
    [InlineData("libother.so", PatchedLibrary.Version)]
    public void What_is_not_asked_for_is_not_found(string library, string version)
    {
        var bytes = Usual();

        Assert.False(VersionNeeds.MakeWeak(new ElfImage(bytes), library, version));
        Assert.Equal(Usual(), bytes);
    }

    [Theory]
    [InlineData(0, 0x7E)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void Other_formats_are_refused(int at, byte value)
    {
        var bytes = Usual();
        bytes[at] = value;

        Assert.Throws<InvalidDataException>(() => new ElfImage(bytes));
    }

    [Property(MaxTest = 2000)]
    public void A_damaged_library_is_refused_or_read_but_never_ends_otherwise(uint[] places, byte[] values, uint length)
    {
        var whole = Usual();
        var bytes = length % 3 == 0 ? whole[..(int)(length % (uint)whole.Length)] : whole;
        foreach (var (place, value) in places.Zip(values))
        {
            if (bytes.Length > 0)
            {
                bytes[place % (uint)bytes.Length] = value;
            }
        }

        var exception = Record.Exception(() => VersionNeeds.MakeWeak(new ElfImage(bytes), Library, PatchedLibrary.Version));

        Assert.True(exception is null or InvalidDataException, exception?.ToString());
    }
}
