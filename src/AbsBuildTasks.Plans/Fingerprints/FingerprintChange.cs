using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>An entry by which two fingerprints differ.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">Its value in the older one; null where it is new.</param>
/// <param name="After">The same in the newer one; null where it is gone.</param>
internal sealed record FingerprintChange(string Name, string? Before, string? After)
{
    /// <summary>The change in words: <c>setting:Seed changed from 1 to 2</c>.</summary>
    public override string ToString() =>
        Before is null ? Name + " is new"
        : After is null ? Name + " is gone"

        // A hash says nothing to a reader; a value does.
        : Fingerprint.IsHash(Before) ? Name + " changed" : $"{Name} changed from {Shown(Before)} to {Shown(After)}";

    private static string Shown(string value) => value.Length == 0 ? "nothing" : value;
}
