using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Says where in the sources code begins that has changed, as far as the symbols beside the assemblies (<c>.pdb</c>) tell.</summary>
internal static class SourcePlaces
{
    /// <summary>Adds places to changes, for example <c>code:Digits.Network.forward changed (Network.cs, line 31)</c>.</summary>
    /// <param name="changes">What changed.</param>
    /// <param name="files">Full paths of the model assembly, then those of projects it references.</param>
    /// <returns>A line each; without a place where it is not of a method with known lines.</returns>
    public static IReadOnlyList<string> In(IReadOnlyList<FingerprintChange> changes, IReadOnlyList<string> files)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in changes.Any(change => change.Name.StartsWith(CodeWalk.Prefix, StringComparison.Ordinal)) ? files : [])
        {
            try
            {
                Read(file, places);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException || NotUnderstoodException.IsOfDamage(exception))
            {
                // Then its changes are told without places.
            }
        }

        return [.. changes.Select(change => change.After is not null && places.TryGetValue(change.Name, out var place) ? $"{change} ({place})" : change.ToString())];
    }

    private static void Read(string file, Dictionary<string, string> places)
    {
        var content = OrdinaryFile.ReadAllBytes(file);
        using var image = new PEReader(ImmutableArray.Create(content));
        using var provider = Symbols(image, file);
        if (provider is null)
        {
            return;
        }

        using var assembly = new CodeAssembly(content);
        var symbols = provider.GetMetadataReader();
        var runs = symbols.MethodDebugInformation
            .Select(handle => (Made: handle, Written: symbols.GetMethodDebugInformation(handle).GetStateMachineKickoffMethod()))
            .Where(method => !method.Written.IsNil)
            .ToDictionary(method => method.Written, method => method.Made);
        foreach (var handle in assembly.Metadata.MethodDefinitions)
        {
            // The lines of an iterator or of an asynchronous method are those of the class that the compiler made of it.
            var name = CodeWalk.NameOf(assembly, handle);
            if (!places.ContainsKey(name) && Place(symbols, runs.TryGetValue(handle, out var made) ? made : handle.ToDebugInformationHandle()) is { } place)
            {
                places[name] = place;
            }
        }
    }

    private static MetadataReaderProvider? Symbols(PEReader image, string file) =>
        image.TryOpenAssociatedPortablePdb(file, beside => File.Exists(beside) ? new MemoryStream(OrdinaryFile.ReadAllBytes(beside)) : null, out var provider, out _) ? provider : null;

    private static string? Place(MetadataReader symbols, MethodDebugInformationHandle method)
    {
        var points = symbols.GetMethodDebugInformation(method).GetSequencePoints().Where(point => !point.IsHidden && !point.Document.IsNil);
        return points.Select(point => (SequencePoint?)point).FirstOrDefault() is { } first
            ? FormattableString.Invariant($"{FileName(symbols.GetString(symbols.GetDocument(first.Document).Name))}, line {first.StartLine}")
            : null;
    }

    // Symbols hold a path of the machine that compiled, which may have other separators.
    private static string FileName(string path) => path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
}
