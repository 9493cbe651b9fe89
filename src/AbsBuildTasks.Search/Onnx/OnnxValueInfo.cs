namespace AbsBuildTasks.Search.Onnx;

/// <summary>What a graph says of one of its values.</summary>
/// <param name="Name">The value's name.</param>
/// <param name="Type">What its elements are; undefined where it is no tensor.</param>
/// <param name="Dims">Its shape; null where it is not stated.</param>
internal sealed record OnnxValueInfo(string Name, OnnxType Type, IReadOnlyList<OnnxDim>? Dims)
{
    /// <summary>Reads what is said of a value.</summary>
    public static OnnxValueInfo Read(ProtoReader reader)
    {
        var info = new OnnxValueInfo("", OnnxType.Undefined, null);
        while (reader.Next())
        {
            info = reader.Field switch
            {
                1 => info with { Name = reader.Text() },
                2 => info.WithType(reader.Message()),
                _ => info,
            };
        }

        return info;
    }

    /// <summary>Writes what is said of the value.</summary>
    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        writer.Message(2, type => type.Message(1, WriteTensor));
    }

    private OnnxValueInfo WithType(ProtoReader reader)
    {
        var info = this;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                info = info.WithTensor(reader.Message());
            }
        }

        return info;
    }

    private OnnxValueInfo WithTensor(ProtoReader reader)
    {
        var info = this;
        while (reader.Next())
        {
            info = reader.Field switch
            {
                1 => info with { Type = (OnnxType)reader.Int() },
                2 => info with { Dims = ReadDims(reader.Message()) },
                _ => info,
            };
        }

        return info;
    }

    private static List<OnnxDim> ReadDims(ProtoReader reader)
    {
        List<OnnxDim> dims = [];
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                dims.Add(OnnxDim.Read(reader.Message()));
            }
        }

        return dims;
    }

    private void WriteTensor(ProtoWriter writer)
    {
        writer.Int(1, (long)Type);
        if (Dims is not null)
        {
            writer.Message(2, shape =>
            {
                foreach (var dim in Dims)
                {
                    shape.Message(1, dim.Write);
                }
            });
        }
    }
}
