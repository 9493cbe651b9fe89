using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Worker.Models;

namespace AbsBuildTasks.Worker.Timing;

/// <summary>The model project's own ONNX Runtime.</summary>
/// <remarks>
/// Found by name in the project's deps file, and called by name: compiled against, it would have to be as new as the one
/// that was compiled against, and which one runs the model is the project's matter.
/// </remarks>
internal sealed class ProjectRuntime
{
    /// <summary>The package that brings it.</summary>
    public const string PackageName = "Microsoft.ML.OnnxRuntime";

    private readonly Assembly _assembly;

    private ProjectRuntime(Assembly assembly) => _assembly = assembly;

    /// <summary>Its name and version, such as <c>Microsoft.ML.OnnxRuntime 1.31.1</c>.</summary>
    public string Name => $"{PackageName} {_assembly.GetName().Version?.ToString(3)}";

    /// <summary>Loads it.</summary>
    /// <exception cref="AbsException">ABS1044: the project has none, or it does not load here.</exception>
    public static ProjectRuntime Load()
    {
        try
        {
            return new(Assembly.Load(new AssemblyName(PackageName)));
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            throw new AbsException(AbsCodes.RuntimeMissing, $"The model project has no {PackageName} to measure with; add the version that will run the model: dotnet add package {PackageName}.", exception);
        }
    }

    /// <summary>Loads a file to be run with numbers of its own choice.</summary>
    /// <param name="content">The file's content.</param>
    /// <param name="threads">Threads that run it.</param>
    /// <param name="batch">Examples in a run, for a batch dimension that is free.</param>
    /// <exception cref="AbsException">ABS1044: the runtime's native half does not load. ABS1045: it refuses the file.</exception>
    public OnnxSession Open(byte[] content, int threads, int batch)
    {
        try
        {
            return new OnnxSession(this, content, threads, batch);
        }
        catch (Exception exception) when (ModelCode.Cause(exception) is DllNotFoundException or EntryPointNotFoundException or MissingMemberException)
        {
            throw new AbsException(AbsCodes.RuntimeMissing, $"{Name} of the model project cannot be used: {ModelCode.FirstLine(ModelCode.Cause(exception))}. Reference {PackageName} 1.16 or later for this platform.", exception);
        }
        catch (Exception exception) when (ModelCode.Cause(exception) is var cause and not (AbsException or OutOfMemoryException) && cause.GetType().Assembly == _assembly)
        {
            throw new AbsException(AbsCodes.NotMeasurable, $"{Name} refuses the file: {ModelCode.FirstLine(cause)}.", exception);
        }
    }

    /// <summary>A type by its name.</summary>
    public Type Type(string name) => _assembly.GetType($"{PackageName}.{name}", throwOnError: true)!;

    /// <summary>Makes an object of a type.</summary>
    public object New(string type, params object[] arguments) => Activator.CreateInstance(Type(type), arguments)!;
}
