using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>One of the project's assemblies, open for reading.</summary>
internal sealed class CodeAssembly : IDisposable
{
    private readonly PEReader _image;
    private readonly Dictionary<TypeDefinitionHandle, string> _names = [];
    private readonly Dictionary<string, TypeDefinitionHandle> _types = new(StringComparer.Ordinal);
    private readonly HashSet<TypeDefinitionHandle> _generated = [];

    /// <summary>Opens an assembly.</summary>
    /// <param name="content">The file's content.</param>
    /// <exception cref="BadImageFormatException">It is no assembly, or has code other than IL.</exception>
    public CodeAssembly(byte[] content)
    {
        _image = new PEReader(ImmutableArray.Create(content));
        try
        {
            var header = _image.PEHeaders.CorHeader;
            if (header is null || (header.Flags & CorFlags.ILOnly) == 0 || header.ManagedNativeHeaderDirectory.Size != 0)
            {
                throw new BadImageFormatException();
            }

            Metadata = _image.GetMetadataReader();
            Name = Metadata.GetString(Metadata.GetAssemblyDefinition().Name);
            NameTypes();
        }
        catch
        {
            _image.Dispose();
            throw;
        }
    }

    /// <summary>Its tables.</summary>
    public MetadataReader Metadata { get; }

    /// <summary>Its name, without version.</summary>
    public string Name { get; }

    /// <inheritdoc />
    public void Dispose() => _image.Dispose();

    /// <summary>The type of a full name, such as <c>Digits.Network+Block</c>, or null.</summary>
    public Member? Find(string fullName) => _types.TryGetValue(fullName, out var type) ? new Member(this, type) : null;

    /// <summary>A type's full name, without the path of a file it is local to.</summary>
    public string NameOf(TypeDefinitionHandle type) => _names[type];

    /// <summary>The name of a method or property, which may have such a type in it.</summary>
    public string NameOf(StringHandle member) => GeneratedNames.WithoutPath(Metadata.GetString(member));

    /// <summary>The name of a field, without what the compiler has put into it of lines and numbers, unless two of its type would then have one name.</summary>
    public string NameOf(FieldDefinitionHandle field)
    {
        var definition = Metadata.GetFieldDefinition(field);
        var name = Metadata.GetString(definition.Name);
        var lasting = GeneratedNames.Lasting(name);
        return lasting != name && Metadata.GetTypeDefinition(definition.GetDeclaringType()).GetFields()
            .Count(other => GeneratedNames.Lasting(Metadata.GetString(Metadata.GetFieldDefinition(other).Name)) == lasting) == 1 ? lasting : name;
    }

    /// <summary>Whether an embedded file is what the F# compiler notes for those that compile against the assembly: folders, lines, comments.</summary>
    public bool IsForCompilers(string resource) =>
        AttributeText.Has(this, Metadata.GetAssemblyDefinition().GetCustomAttributes(), "Microsoft.FSharp.Core.FSharpInterfaceDataVersionAttribute")
        && GeneratedNames.IsForCompilers(resource);

    /// <summary>Whether the compiler made a type up, or one around it.</summary>
    public bool IsGenerated(TypeDefinitionHandle type) => _generated.Contains(type);

    /// <summary>A method's instructions.</summary>
    public MethodBodyBlock BodyOf(MethodDefinition method) => _image.GetMethodBody(method.RelativeVirtualAddress);

    /// <summary>Bytes that the image holds at an address.</summary>
    /// <exception cref="BadImageFormatException">There are not as many.</exception>
    public byte[] Bytes(int address, int count)
    {
        var data = _image.GetSectionData(address);
        return count >= 0 && count <= data.Length ? data.GetReader(0, count).ReadBytes(count) : throw new BadImageFormatException();
    }

    /// <summary>An embedded file's content; of a file beside the assembly, the hash that its compiler noted.</summary>
    public byte[] ContentOf(ManifestResource resource)
    {
        if (resource.Implementation.Kind == HandleKind.AssemblyFile && !resource.Implementation.IsNil)
        {
            return Metadata.GetBlobBytes(Metadata.GetAssemblyFile((AssemblyFileHandle)resource.Implementation).HashValue);
        }

        var address = checked(_image.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress + (int)resource.Offset);
        return Bytes(address + sizeof(int), BitConverter.ToInt32(Bytes(address, sizeof(int)), 0));
    }

    // A type around another has a smaller number, so no circle is followed.
    private void NameTypes()
    {
        var shortNames = new Dictionary<TypeDefinitionHandle, string>();
        foreach (var handle in Metadata.TypeDefinitions)
        {
            var type = Metadata.GetTypeDefinition(handle);
            var (name, outer) = (Metadata.GetString(type.Name), type.GetDeclaringType());
            var before = outer.IsNil ? TypeNames.Full(Metadata.GetString(type.Namespace), "") : _names[outer] + "+";
            _names[handle] = before + name;
            shortNames[handle] = (outer.IsNil ? before : shortNames[outer] + "+") + GeneratedNames.WithoutPath(name);
            _types[_names[handle]] = handle;
            if (GeneratedNames.IsType(Metadata.GetString(type.Namespace), name) || (!outer.IsNil && _generated.Contains(outer)))
            {
                _generated.Add(handle);
            }
        }

        // Two types that would then have the same name keep theirs.
        foreach (var type in shortNames.GroupBy(type => type.Value, StringComparer.Ordinal).Where(same => same.Count() == 1).Select(same => same.Single()))
        {
            _names[type.Key] = type.Value;
        }
    }
}
