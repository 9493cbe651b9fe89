namespace AbsBuildTasks.Search.Onnx;

/// <summary>One size of a value's shape: a number, a name for one that is free, or neither.</summary>
/// <param name="Size">The number, where it is one.</param>
/// <param name="Name">The name, where it has one; sizes of one name are equal.</param>
internal readonly record struct OnnxDim(long? Size, string Name = "")
{
    /// <summary>Reads a size.</summary>
    public static OnnxDim Read(ProtoReader reader)
    {
        var dim = default(OnnxDim) with { Name = "" };
        while (reader.Next())
        {
            dim = reader.Field switch
            {
                1 => new OnnxDim(reader.Int()),
                2 => new OnnxDim(null, reader.Text()),
                _ => dim,
            };
        }

        return dim;
    }

    /// <summary>Writes the size.</summary>
    public void Write(ProtoWriter writer)
    {
        if (Size is { } size)
        {
            writer.Number(1, size);
        }
        else
        {
            writer.Text(2, Name);
        }
    }
}
