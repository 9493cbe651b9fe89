namespace AbsBuildTasks.Search.Onnx;

/// <summary>A named constant of a node.</summary>
internal sealed class OnnxAttribute
{
    private static readonly string[] Kinds =
    [
        "nothing", "a float", "an int", "a string", "a tensor", "a graph", "floats", "ints", "strings", "tensors", "graphs",
        "a sparse tensor", "sparse tensors", "a type", "types",
    ];

    private OnnxAttribute(string name, object value) => (Name, Value) = (name, value);

    /// <summary>A number with a fraction.</summary>
    public OnnxAttribute(string name, float value)
        : this(name, (object)value)
    {
    }

    /// <summary>A whole number.</summary>
    public OnnxAttribute(string name, long value)
        : this(name, (object)value)
    {
    }

    /// <summary>A text.</summary>
    public OnnxAttribute(string name, string value)
        : this(name, (object)value)
    {
    }

    /// <summary>A tensor.</summary>
    public OnnxAttribute(string name, OnnxTensor value)
        : this(name, (object)value)
    {
    }

    /// <summary>Numbers with a fraction.</summary>
    public OnnxAttribute(string name, float[] value)
        : this(name, (object)value)
    {
    }

    /// <summary>Whole numbers.</summary>
    public OnnxAttribute(string name, long[] value)
        : this(name, (object)value)
    {
    }

    /// <summary>Texts.</summary>
    public OnnxAttribute(string name, string[] value)
        : this(name, (object)value)
    {
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>
    /// The value: <see cref="float"/>, <see cref="long"/>, <see cref="string"/>, <see cref="OnnxTensor"/>, an array of one
    /// of the first three, or <see cref="OnnxUnsupported"/>.
    /// </summary>
    public object Value { get; }

    /// <summary>Reads an attribute.</summary>
    public static OnnxAttribute Read(ProtoReader reader)
    {
        var (name, kind, single, number) = ("", 0L, 0f, 0L);
        ReadOnlyMemory<byte> text = default;
        OnnxTensor? tensor = null;
        List<float> singles = [];
        List<long> ints = [];
        List<ReadOnlyMemory<byte>> texts = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2:
                    single = reader.Single();
                    break;
                case 3:
                    number = reader.Int();
                    break;
                case 4:
                    text = reader.Bytes();
                    break;
                case 5:
                    tensor = OnnxTensor.Read(reader.Message());
                    break;
                case 7:
                    reader.Singles(singles);
                    break;
                case 8:
                    reader.Ints(ints);
                    break;
                case 9:
                    texts.Add(reader.Bytes());
                    break;
                case 20:
                    kind = reader.Int();
                    break;
            }
        }

        object? value = kind switch
        {
            1 => single,
            2 => number,
            3 => ProtoReader.TryText(text),
            4 => tensor ?? throw reader.Damaged($"attribute '{name}' has no tensor"),
            6 => singles.ToArray(),
            7 => ints.ToArray(),
            8 => texts.ConvertAll(ProtoReader.TryText) is var read && read.Contains(null) ? null : read.ToArray(),
            _ => new OnnxUnsupported(kind > 0 && kind < Kinds.Length ? Kinds[kind] : throw reader.Damaged($"attribute '{name}' is of kind {kind}, which does not exist")),
        };
        return new OnnxAttribute(name, value ?? new OnnxUnsupported("bytes"));
    }

    /// <summary>Writes the attribute.</summary>
    /// <exception cref="InvalidOperationException">Its value was not read.</exception>
    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        var kind = WriteValue(writer);
        writer.Number(20, kind);
    }

    /// <summary>Writes the value.</summary>
    /// <returns>ONNX's number of its kind.</returns>
    private int WriteValue(ProtoWriter writer)
    {
        switch (Value)
        {
            case float value:
                writer.Single(2, value);
                return 1;
            case long value:
                writer.Number(3, value);
                return 2;
            case string value:
                writer.Texts(4, [value]);
                return 3;
            case OnnxTensor value:
                writer.Message(5, value.Write);
                return 4;
            case float[] value:
                writer.Singles(7, value);
                return 6;
            case long[] value:
                writer.Ints(8, value);
                return 7;
            case string[] value:
                writer.Texts(9, value);
                return 8;
            default:
                throw new InvalidOperationException($"Attribute {Name} was not read, so it cannot be written.");
        }
    }
}
