using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>What a model's code does: a hash for each member that it may use of the project's assemblies.</summary>
/// <remarks>
/// Comments, names of locals, what stands beside it, the checkout's folder and a rebuild are not in it. Where code may get
/// at members that it does not name, all members of all these assemblies count; of an assembly that cannot be read, the file.
/// </remarks>
internal static class CodeMeaning
{
    /// <summary>The name of the entry that says how much was taken, and why.</summary>
    public const string Scope = "code";

    /// <summary>The name of the entry that says which libraries the code uses, as <see cref="LibraryUse"/> writes it.</summary>
    public const string Uses = "uses";

    // This package's own assemblies are among the project's only where they are built along with it, and all of them runs.
    private const string Engine = "AbsBuildTasks.";

    /// <summary>Hashes a model's code.</summary>
    /// <param name="files">Full paths of the model assembly, then those of projects it references.</param>
    /// <param name="type">Full name of the model's type, or null for the only one there is.</param>
    /// <returns>Names of members, such as <c>code:Digits.DigitsNetwork.forward</c>, and hashes, in ordinal order.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(IReadOnlyList<string> files, string? type)
    {
        (string Name, byte[] Content)[] contents = [.. files.Distinct(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];
        var unread = new HashSet<int>();
        while (true)
        {
            CodeAssembly?[] assemblies = [.. contents.Select((file, i) => unread.Contains(i) ? null : Open(file.Content))];
            try
            {
                return Read(contents, assemblies, type);
            }
            catch (NotUnderstoodException exception)
            {
                // One more each time, so this ends.
                unread.Add(Array.IndexOf(assemblies, exception.Assembly));
            }
            finally
            {
                foreach (var assembly in assemblies)
                {
                    assembly?.Dispose();
                }
            }
        }
    }

    private static CodeAssembly? Open(byte[] content)
    {
        try
        {
            return new CodeAssembly(content);
        }
        catch (Exception exception) when (NotUnderstoodException.IsOfDamage(exception))
        {
            return null;
        }
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Read((string Name, byte[] Content)[] files, CodeAssembly?[] assemblies, string? type)
    {
        CodeAssembly[] engine = [.. assemblies.OfType<CodeAssembly>().Where(assembly => assembly.Name.StartsWith(Engine, StringComparison.Ordinal))];
        var program = new CodeProgram([.. assemblies.OfType<CodeAssembly>().Except(engine)]);
        var root = assemblies[0] is { } first ? Root(program, first, type) : null;
        var (entries, scope, uses) = (new SortedDictionary<string, string>(StringComparer.Ordinal), WhyAll(files, assemblies, root), LibraryUse.Any);
        if (scope is null)
        {
            var walk = Walk(program, root!.Value, out entries);
            uses = walk.Libraries;
            scope = walk.Doubt is { } doubt ? "all, because " + doubt : program.Lost is { } lost ? $"all, because {lost} is not where it was" : null;
        }

        if (scope is not null)
        {
            entries = new CodeWalk(program, handedOut: null).Everything();
        }

        foreach (var assembly in engine)
        {
            entries["engine:" + assembly.Name] = ContentHash.Of(string.Join("\n", new CodeWalk(new CodeProgram([assembly]), handedOut: null).Everything()));
        }

        foreach (var file in files.Where((_, i) => assemblies[i] is null).GroupBy(file => file.Name, StringComparer.Ordinal))
        {
            entries["file:" + file.Key] = string.Join(" ", file.Select(one => Hash(one.Content)));
        }

        entries[Scope] = scope ?? "what the model reaches";
        entries[Uses] = (scope is null ? uses : LibraryUse.Any).ToString();
        return [.. entries];
    }

    // What is handed out is known at the end, and decides which names count: then all is written again.
    private static CodeWalk Walk(CodeProgram program, Member root, out SortedDictionary<string, string> entries)
    {
        var handedOut = new HashSet<Member>();
        while (true)
        {
            var walk = new CodeWalk(program, handedOut);
            entries = walk.From(root);
            if (handedOut.IsSupersetOf(walk.HandedOut))
            {
                return walk;
            }

            handedOut = [.. handedOut, .. walk.HandedOut];
        }
    }

    private static Member? Root(CodeProgram program, CodeAssembly assembly, string? type)
    {
        try
        {
            return ModelRoot.Find(program, type);
        }
        catch (Exception exception) when (NotUnderstoodException.IsOfDamage(exception))
        {
            throw new NotUnderstoodException(assembly, exception);
        }
    }

    private static string? WhyAll((string Name, byte[] Content)[] files, CodeAssembly?[] assemblies, Member? root) =>
        Array.IndexOf(assemblies, null) is var unread and >= 0 ? $"all, because {files[unread].Name} cannot be read"
        : root is null ? "all, because the model's type is not known"
        : assemblies.Select(assembly => assembly!.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() < assemblies.Length ? "all, because two assemblies have one name"
        : null;

    private static string Hash(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return ContentHash.Of(stream);
    }
}
