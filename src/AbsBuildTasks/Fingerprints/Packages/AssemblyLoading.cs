using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using AbsBuildTasks.Fingerprints.Code;

namespace AbsBuildTasks.Fingerprints.Packages;

/// <summary>Tells whether a library may bring others into play that it does not refer to, as one does that takes plug-ins.</summary>
internal static class AssemblyLoading
{
    // Takes assemblies' names from quotations in the code that calls it.
    private const string QuotationReader = "FSharp.Core";

    private static readonly string[] Containers = ["System.Composition", "System.ComponentModel.Composition", "Microsoft.Extensions.DependencyModel"];

    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "System.Type.GetType", "System.Reflection.Assembly.Load", "System.Reflection.Assembly.LoadFrom", "System.Reflection.Assembly.LoadFile",
        "System.Reflection.Assembly.LoadWithPartialName", "System.Reflection.Assembly.UnsafeLoadFrom", "System.AppDomain.GetAssemblies", "System.AppDomain.Load",
        "System.AppDomain.CreateInstance", "System.AppDomain.CreateInstanceAndUnwrap", "System.AppDomain.CreateInstanceFrom", "System.AppDomain.CreateInstanceFromAndUnwrap",
        "System.Activator.CreateInstanceFrom", "System.Runtime.Loader.AssemblyLoadContext.LoadFromAssemblyName", "System.Runtime.Loader.AssemblyLoadContext.LoadFromAssemblyPath",
        "System.Runtime.Loader.AssemblyLoadContext.LoadFromStream", "System.Runtime.Loader.AssemblyLoadContext.get_All", "System.Runtime.Loader.AssemblyLoadContext.get_Assemblies",
        "System.Runtime.Loader.AssemblyLoadContext..ctor",
    };

    /// <summary>Whether one of a package's assemblies may; also where one cannot be read.</summary>
    public static bool IsIn(Package package) => package.Name != QuotationReader && package.Assemblies.Any(IsIn);

    private static bool IsIn(string file)
    {
        try
        {
            using var image = new PEReader(File.OpenRead(file));
            var metadata = image.GetMetadataReader();
            return metadata.AssemblyReferences.Any(reference => Array.Exists(Containers, metadata.GetString(metadata.GetAssemblyReference(reference).Name).StartsWith))
                || metadata.MemberReferences.Select(metadata.GetMemberReference).Any(member => member.Parent.Kind == HandleKind.TypeReference && Loads(metadata, member));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException || NotUnderstoodException.IsOfDamage(exception))
        {
            return true;
        }
    }

    private static bool Loads(MetadataReader metadata, MemberReference member)
    {
        var name = $"{TypeNames.Of(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}";
        return Members.Contains(name) || (name == "System.Activator.CreateInstance" && member.DecodeMethodSignature(new TypeNames(), null).ParameterTypes.FirstOrDefault() == "String");
    }
}
