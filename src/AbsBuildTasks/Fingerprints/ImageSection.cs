namespace AbsBuildTasks.Fingerprints;

/// <summary>A part of an executable, and where it is loaded.</summary>
/// <param name="Rva">Its address once loaded.</param>
/// <param name="Length">Bytes of it that the file holds.</param>
/// <param name="Start">Where it begins in the file.</param>
internal sealed record ImageSection(uint Rva, uint Length, uint Start)
{
    /// <summary>Where the section ends, as an address.</summary>
    public long End => (long)Rva + Length;

    /// <summary>Whether a range of addresses lies in the section.</summary>
    public bool Holds(long rva, long length) => rva >= Rva && rva + length <= End;

    /// <summary>Where an address of the section is in the file.</summary>
    public long Offset(long rva) => rva - Rva + Start;
}
