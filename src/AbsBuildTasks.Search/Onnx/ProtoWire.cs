namespace AbsBuildTasks.Search.Onnx;

/// <summary>How the value of a field lies in the bytes. 3 and 4, which once began and ended groups, are not in use.</summary>
internal enum ProtoWire
{
    /// <summary>A whole number of seven bits a byte.</summary>
    Varint = 0,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length, and as many bytes: bytes, a text, a message, or numbers that are packed.</summary>
    Bytes = 2,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}
