using System.Text;
using System.Xml.Linq;
using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Snapshots;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>
/// Writes down for trimming and native AOT which fields must keep their names: those of networks. TorchSharp's
/// <c>RegisterComponents</c> finds layers by them.
/// </summary>
public sealed class AbsKeepFields : AbsTask
{
    // A network from an ONNX file registers its layers itself, and would keep the search in the application.
    private const string Own = "AbsBuildTasks.";

    /// <summary>The assemblies that the application is made of. Others than those with networks are passed over.</summary>
    [Required]
    public ITaskItem[] Assemblies { get; set; } = [];

    /// <summary>The file to write, which <c>TrimmerRootDescriptor</c> names.</summary>
    [Required]
    public string Descriptor { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        CodeAssembly[] assemblies = [.. Assemblies.Select(item => item.ItemSpec).Distinct(StringComparer.Ordinal).Select(Open).OfType<CodeAssembly>()];
        try
        {
            var networks = NetworkTypes.In(new CodeProgram(assemblies))
                .Where(type => !type.Assembly.Name.StartsWith(Own, StringComparison.Ordinal))
                .GroupBy(type => type.Assembly.Name, type => TypeNames.Of(type.Assembly.Metadata, type.Handle).Replace('+', '/'), StringComparer.Ordinal)
                .OrderBy(types => types.Key, StringComparer.Ordinal);
            var descriptor = new XElement("linker", networks.Select(types => new XElement(
                "assembly",
                new XAttribute("fullname", types.Key),
                types.OrderBy(name => name, StringComparer.Ordinal).Select(name => new XElement("type", new XAttribute("fullname", name), new XAttribute("preserve", "fields"))))));
            var file = Path.GetFullPath(Path.Combine(ProjectDirectory, Descriptor));
            OutputFolder.RequireNoLinks(Path.GetDirectoryName(file)!);
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(descriptor.ToString()));
        }
        finally
        {
            Array.ForEach(assemblies, assembly => assembly.Dispose());
        }
    }

    private static CodeAssembly? Open(string file)
    {
        try
        {
            return new CodeAssembly(OrdinaryFile.ReadAllBytes(file));
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }
}
