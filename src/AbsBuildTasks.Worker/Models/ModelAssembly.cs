using System.Reflection;
using System.Runtime.Loader;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Worker.Models;

/// <summary>Loads the model project's assembly.</summary>
internal static class ModelAssembly
{
    /// <summary>Loads into this code's own context, where its TorchSharp is the search's TorchSharp.</summary>
    /// <param name="file">Full path of the assembly.</param>
    /// <exception cref="AbsException">ABS1007: not an assembly that this process can load.</exception>
    public static Assembly Load(string file)
    {
        var folder = Path.GetDirectoryName(file)!;

        // What the deps file does not list, such as an assembly referenced by path, lies beside the model's.
        var own = AssemblyLoadContext.GetLoadContext(typeof(ModelAssembly).Assembly)!;
        own.Resolving += (context, name) =>
        {
            var candidate = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(candidate) ? context.LoadFromAssemblyPath(candidate) : null;
        };

        try
        {
            return own.LoadFromAssemblyPath(file);
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileNotFoundException or FileLoadException)
        {
            throw new AbsException(AbsCodes.UnsupportedProject, $"The model assembly '{file}' cannot be loaded: {exception.Message} Build the project for .NET and this machine's architecture.", exception);
        }
    }
}
