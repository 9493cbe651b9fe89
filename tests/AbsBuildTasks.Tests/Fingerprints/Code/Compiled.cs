using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using System.Text;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>Compiles small assemblies into a folder of its own.</summary>
internal sealed class Compiled : IDisposable
{
    private static readonly MetadataReference[] Runtime =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileName(file).StartsWith("System", StringComparison.Ordinal) || Path.GetFileName(file) is "Microsoft.CSharp.dll" or "netstandard.dll")
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    private static readonly MetadataReference Contract = CompilationReference(
        "AbsBuildTasks.Search", "namespace AbsBuildTasks.Search; public interface IAbsModel { object CreateNetwork(); }");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Compiles a library and returns its path.</summary>
    public string Library(string name, params string[] sources) => Library(name, new CodeOptions(), sources);

    /// <summary>Compiles a library and returns its path.</summary>
    public string Library(string name, CodeOptions options, params string[] sources)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Preview).WithFeatures([new("InterceptorsNamespaces", options.Interceptors)]);
        var compilation = CSharpCompilation.Create(
            name,
            sources.Select((source, i) => CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), parse, options.HasOneName ? $"{options.Folder}/{i}/File.cs" : $"{options.Folder}/File{i}.cs")),
            [.. Runtime, Contract, .. options.References.Select(file => MetadataReference.CreateFromFile(file))],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: options.IsDebug ? OptimizationLevel.Debug : OptimizationLevel.Release,
                allowUnsafe: true,
                deterministic: true,
                platform: options.Platform,
                nullableContextOptions: NullableContextOptions.Enable));
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, Guid.NewGuid().ToString("N"))).FullName, name + ".dll");
        using var stream = File.Create(file);
        using var symbols = new MemoryStream();
        var result = compilation.Emit(
            stream,
            options.HasSymbols ? symbols : null,
            options: options.HasSymbols ? new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbFilePath: options.Folder + "/x.pdb") : null,
            manifestResources: options.Resources.Select(resource => new ResourceDescription(resource.Name, () => new MemoryStream(Encoding.UTF8.GetBytes(resource.Content)), isPublic: true)));
        File.WriteAllBytes(SymbolsOf(file), symbols.ToArray());
        return result.Success ? file : throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
    }

    /// <summary>The attribute by which a method is called in place of another one, as a generator writes it.</summary>
    /// <param name="source">The first source, with one call of the method.</param>
    /// <param name="method">The method's name.</param>
    public static string Intercepts(string source, string method)
    {
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), new CSharpParseOptions(LanguageVersion.Preview), $"{new CodeOptions().Folder}/File0.cs");
        var call = tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Single(call => call.Expression.ToString().Split('.')[^1] == method);
        return CSharpCompilation.Create("Model", [tree], [.. Runtime, Contract]).GetSemanticModel(tree).GetInterceptableLocation(call)!.GetInterceptsLocationAttributeSyntax();
    }

    /// <summary>Where a library's symbols are.</summary>
    public static string SymbolsOf(string library) => Path.Combine(Path.GetDirectoryName(library)!, "x.pdb");

    /// <summary>A path for another file.</summary>
    public string Write(string name, byte[] content)
    {
        var file = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    private static PortableExecutableReference CompilationReference(string name, string source)
    {
        var stream = new MemoryStream();
        CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(source)], Runtime, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(stream);
        stream.Position = 0;
        return MetadataReference.CreateFromStream(stream);
    }
}

/// <summary>How to compile.</summary>
internal sealed record CodeOptions
{
    public string Folder { get; init; } = "/src";

    public bool IsDebug { get; init; }

    /// <summary>Whether all sources are files of one name, in different folders.</summary>
    public bool HasOneName { get; init; }

    public bool HasSymbols { get; init; } = true;

    /// <summary>The namespace whose methods may be called in place of others.</summary>
    public string Interceptors { get; init; } = "";

    public Platform Platform { get; init; }

    public IReadOnlyList<string> References { get; init; } = [];

    public IReadOnlyList<(string Name, string Content)> Resources { get; init; } = [];
}
