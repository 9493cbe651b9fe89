using System.Reflection;
using System.Runtime.Loader;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Worker.Tracing;

/// <summary>A second copy of this process's code, whose TorchSharp tells of each native call.</summary>
/// <remarks>
/// All that is not .NET's is loaded again here: model code, the search and TorchVision bind to the rewritten TorchSharp
/// without being changed. The first copy of TorchSharp stays as it is, so searches elsewhere do not pay for the hook.
/// </remarks>
internal sealed class TracedContext : AssemblyLoadContext
{
    private const string Rewriter = "Mono.Cecil";

    private readonly Dictionary<string, string> _files;
    private readonly byte[] _torch;

    /// <summary>Rewrites this process's TorchSharp.</summary>
    public TracedContext()
        : base(nameof(TracedContext))
    {
        var platform = Path.GetDirectoryName(typeof(object).Assembly.Location);
        _files = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(file => Path.GetDirectoryName(file) != platform)
            .DistinctBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase);

        // A worker runs under the model project's deps file, which does not know this package.
        Default.Resolving += (context, name) => name.Name == Rewriter ? context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(typeof(TracedContext).Assembly.Location)!, Rewriter + ".dll")) : null;
        using var image = TorchSharpRewriter.Rewrite(_files[TraceHook.Assembly]);
        _torch = image.ToArray();
    }

    /// <summary>The copy of a method that this process has loaded already.</summary>
    /// <param name="method">A static method, or that of a type with a constructor without parameters.</param>
    public MethodBase Copy(MethodBase method)
    {
        var assembly = LoadFromAssemblyPath(method.Module.Assembly.Location);
        return assembly.ManifestModule.ResolveMethod(method.MetadataToken)!;
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == TraceHook.Assembly)
        {
            using var image = new MemoryStream(_torch, writable: false);
            return LoadFromStream(image);
        }

        return assemblyName.Name is { } name && _files.TryGetValue(name, out var file) ? LoadFromAssemblyPath(file) : null;
    }
}
