namespace AbsBuildTasks.Plans.Documents;

/// <summary>What a plan depends on, as one hash and as the entries it covers.</summary>
/// <param name="Hash">SHA-256 over the entries: 64 lower-case hexadecimal digits.</param>
/// <param name="Entries">Name and value of everything covered, in ordinal order of the names.</param>
internal sealed record Fingerprint(string Hash, IReadOnlyList<KeyValuePair<string, string>> Entries)
{
    private const int HashLength = 64;

    /// <summary>Whether a text is a SHA-256 in 64 lower-case hexadecimal digits.</summary>
    public static bool IsHash(string text) =>
        text.Length == HashLength && text.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
}
