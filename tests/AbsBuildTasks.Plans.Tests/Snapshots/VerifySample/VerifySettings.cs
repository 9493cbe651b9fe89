namespace VerifyTests;

internal delegate Task<CompareResult> StringCompare(string received, string verified, IReadOnlyDictionary<string, object> context);

internal sealed class VerifySettings
{
    internal string? Directory { get; private set; }

    internal string? FileName { get; private set; }

    internal StringCompare? Comparer { get; private set; }

    public void UseDirectory(string directory) => Directory = directory;

    public void UseFileName(string fileName) => FileName = fileName;

    public void UseStringComparer(StringCompare compare) => Comparer = compare;
}
