using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Which assemblies beside the project's own its code refers to, and whether it calls native ones.</summary>
internal sealed class LibraryUse
{
    private const string Anything = "*";
    private const string NativeCalls = "!";
    private const char Separator = ';';

    private readonly SortedSet<string> _names;

    /// <summary>Begins with nothing.</summary>
    public LibraryUse() => _names = new(StringComparer.Ordinal);

    private LibraryUse(IEnumerable<string> names) => _names = new(names, StringComparer.Ordinal);

    /// <summary>Code may use any library.</summary>
    public static LibraryUse Any { get; } = new([Anything]);

    /// <summary>Whether code may use any library.</summary>
    public bool IsAny => _names.Contains(Anything);

    /// <summary>Whether code calls native libraries by itself.</summary>
    public bool CallsNative => IsAny || _names.Contains(NativeCalls);

    /// <summary>Whether code refers to an assembly of this name.</summary>
    public bool Has(string assembly) => IsAny || _names.Contains(assembly);

    /// <summary>Adds an assembly that code refers to.</summary>
    public void Add(string assembly) => _names.Add(assembly);

    /// <summary>Adds that code calls a native library.</summary>
    public void AddNative() => _names.Add(NativeCalls);

    /// <summary>Adds assemblies that a text names, of those that its assembly refers to.</summary>
    /// <param name="metadata">The assembly.</param>
    /// <param name="words">Words of the text.</param>
    public void AddNamed(MetadataReader metadata, ISet<string> words)
    {
        foreach (var name in metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name)).Where(words.Contains))
        {
            Add(name);
        }
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static LibraryUse Parse(string text) => new(text.Split([Separator], StringSplitOptions.RemoveEmptyEntries));

    /// <inheritdoc />
    public override string ToString() => string.Join(Separator.ToString(), _names);
}
