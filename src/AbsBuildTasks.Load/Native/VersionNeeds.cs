namespace AbsBuildTasks.Search.Native;

/// <summary>The symbol versions that an ELF library asks of the libraries it is linked against.</summary>
/// <remarks>
/// The loader refuses a library whose needed version is missing, even where no symbol of that version is used, unless
/// the need is flagged weak. Layout: Linux Standard Base, "Symbol Versioning".
/// </remarks>
internal static class VersionNeeds
{
    private const ulong StringTable = 5;
    private const ulong Needs = 0x6FFFFFFE;
    private const ulong NeedsCount = 0x6FFFFFFF;
    private const ushort Weak = 0x2;

    /// <summary>Flags one needed version as weak.</summary>
    /// <param name="image">The library, changed in place.</param>
    /// <param name="library">The library the version is asked of, such as <c>libstdc++.so.6</c>.</param>
    /// <param name="version">The version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether there is such a need.</returns>
    /// <exception cref="InvalidDataException">The library is damaged.</exception>
    public static bool MakeWeak(ElfImage image, string library, string version)
    {
        if (FlagsOffset(image, library, version) is not { } offset)
        {
            return false;
        }

        image.SetUInt16(offset, (ushort)(image.UInt16(offset) | Weak));
        return true;
    }

    private static ulong? FlagsOffset(ElfImage image, string library, string version)
    {
        if (image.Dynamic(Needs) is not { } needs || image.Dynamic(NeedsCount) is not { } count || image.Dynamic(StringTable) is not { } strings)
        {
            return null;
        }

        var names = image.OffsetOf(strings);
        var need = image.OffsetOf(needs);
        for (ulong i = 0; i < count; i++)
        {
            var versions = image.UInt16(need + 2);
            var entry = need + image.UInt32(need + 8);
            if (image.Text(names + image.UInt32(need + 4)) == library && FlagsOffset(image, entry, versions, names, version) is { } found)
            {
                return found;
            }

            // A next of zero ends a list, whatever the count says; without this a damaged file would loop for ever.
            var next = image.UInt32(need + 12);
            if (next == 0)
            {
                break;
            }

            need += next;
        }

        return null;
    }

    private static ulong? FlagsOffset(ElfImage image, ulong entry, int count, ulong names, string version)
    {
        for (var i = 0; i < count; i++)
        {
            if (image.Text(names + image.UInt32(entry + 8)) == version)
            {
                return entry + 4;
            }

            var next = image.UInt32(entry + 12);
            if (next == 0)
            {
                break;
            }

            entry += next;
        }

        return null;
    }
}
