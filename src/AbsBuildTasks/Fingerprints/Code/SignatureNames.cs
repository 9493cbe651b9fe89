using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Writes signatures as text; who derives from it says how types of assemblies are named.</summary>
internal abstract class SignatureNames : ISignatureTypeProvider<string, object?>
{
    private const int MostNesting = 100;

    private int _depth;

    /// <summary>A method's signature: how it is called, what it takes and returns.</summary>
    public static string Of(MethodSignature<string> signature) => FormattableString.Invariant(
        $"{signature.Header.RawValue}:{signature.GenericParameterCount}:{signature.RequiredParameterCount}({List(signature.ParameterTypes)}){signature.ReturnType}");

    /// <summary>Types in brackets, as arguments of a generic type or method.</summary>
    public static string List(IEnumerable<string> types) => string.Join(",", types);

    /// <inheritdoc />
    public abstract string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind);

    /// <inheritdoc />
    public abstract string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind);

    /// <inheritdoc />
    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        // Only a damaged file's go round in circles.
        if (_depth == MostNesting)
        {
            throw new BadImageFormatException();
        }

        _depth++;
        var name = reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
        _depth--;
        return name;
    }

    /// <inheritdoc />
    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    /// <inheritdoc />
    public string GetSZArrayType(string elementType) => elementType + "[]";

    /// <inheritdoc />
    public string GetArrayType(string elementType, ArrayShape shape) => FormattableString.Invariant(
        $"{elementType}[{shape.Rank};{string.Join(",", shape.Sizes)};{string.Join(",", shape.LowerBounds)}]");

    /// <inheritdoc />
    public string GetByReferenceType(string elementType) => elementType + "&";

    /// <inheritdoc />
    public string GetPointerType(string elementType) => elementType + "*";

    /// <inheritdoc />
    public string GetPinnedType(string elementType) => elementType + " pinned";

    /// <inheritdoc />
    public string GetFunctionPointerType(MethodSignature<string> signature) => $"*({Of(signature)})";

    /// <inheritdoc />
    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

    /// <inheritdoc />
    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{List(typeArguments)}>";

    /// <inheritdoc />
    public string GetGenericTypeParameter(object? genericContext, int index) => FormattableString.Invariant($"!{index}");

    /// <inheritdoc />
    public string GetGenericMethodParameter(object? genericContext, int index) => FormattableString.Invariant($"!!{index}");
}
