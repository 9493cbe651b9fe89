using System.Reflection;
using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Writes what a type is, apart from its methods' code.</summary>
internal static class TypeText
{
    /// <summary>Appends base, interfaces, fields, properties and attributes.</summary>
    public static void Write(CodeUnit unit, TypeDefinitionHandle handle)
    {
        var (metadata, names) = (unit.Home.Metadata, unit.References);
        var type = metadata.GetTypeDefinition(handle);
        unit.Put((int)type.Attributes);
        unit.Put(type.BaseType.IsNil ? "" : names.Of(type.BaseType));
        PutInterfaces(unit, type);
        PutGenericParameters(unit, type.GetGenericParameters());
        unit.Put(type.GetLayout().PackingSize);
        unit.Put(type.GetLayout().Size);
        AttributeText.Write(unit, type.GetCustomAttributes());
        if (unit.Home.IsGenerated(handle))
        {
            PutCalledByOthers(unit, type);
        }
        else
        {
            PutFields(unit, type);
            PutProperties(unit, type);
        }

        unit.PutSorted(type.GetMethodImplementations().Select(metadata.GetMethodImplementation).Select(pair => $"{names.Of(pair.MethodBody)} is {names.Of(pair.MethodDeclaration)}"));
    }

    /// <summary>Appends the parameters of a generic type or method.</summary>
    public static void PutGenericParameters(CodeUnit unit, GenericParameterHandleCollection parameters)
    {
        var metadata = unit.Home.Metadata;
        foreach (var parameter in parameters.Select(metadata.GetGenericParameter))
        {
            unit.Put((int)parameter.Attributes);
            unit.PutSorted(parameter.GetConstraints().Select(constraint => unit.References.Of(metadata.GetGenericParameterConstraint(constraint).Type)));
            AttributeText.Write(unit, parameter.GetCustomAttributes());
        }
    }

    // By their names, not by their tokens: naming them may give numbers.
    private static void PutInterfaces(CodeUnit unit, TypeDefinition type)
    {
        var metadata = unit.Home.Metadata;
        foreach (var entry in type.GetInterfaceImplementations()
            .Select(entry => metadata.GetInterfaceImplementation(entry).Interface)
            .OrderBy(entry => TypeNames.Of(metadata, entry), StringComparer.Ordinal))
        {
            unit.Put(unit.References.Of(entry));
        }
    }

    // Fields and methods of such a type count where they are used; but nothing that is ours calls these.
    private static void PutCalledByOthers(CodeUnit unit, TypeDefinition type)
    {
        var metadata = unit.Home.Metadata;
        foreach (var method in type.GetMethods()
            .Select(handle => (Handle: handle, Name: unit.Home.NameOf(metadata.GetMethodDefinition(handle).Name), metadata.GetMethodDefinition(handle).Attributes))
            .Where(method => method.Name == ".cctor" || (method.Attributes & MethodAttributes.Virtual) != 0)
            .OrderBy(method => method.Name, StringComparer.Ordinal))
        {
            unit.Put(method.Name);
            unit.Put(unit.NumberOf(method.Handle));
        }
    }

    // The order of an object's fields counts: it is the order in which torch registers a module's layers.
    private static void PutFields(CodeUnit unit, TypeDefinition type)
    {
        foreach (var field in type.GetFields())
        {
            FieldText.Write(unit, field);
        }
    }

    private static void PutProperties(CodeUnit unit, TypeDefinition type)
    {
        var metadata = unit.Home.Metadata;
        foreach (var property in type.GetProperties().Select(metadata.GetPropertyDefinition).OrderBy(property => unit.Home.NameOf(property.Name), StringComparer.Ordinal))
        {
            unit.Put(unit.Home.NameOf(property.Name));
            unit.Put((int)property.Attributes);
            unit.Put(SignatureNames.Of(property.DecodeSignature(unit.References, null)));
            AttributeText.Write(unit, property.GetCustomAttributes());
        }
    }
}
