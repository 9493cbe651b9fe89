namespace AbsBuildTasks.Search.Onnx;

/// <summary>The operations of a network, the constants they use, and what goes in and comes out.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The graph's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The operations, each after those whose values it takes.</summary>
    public required IReadOnlyList<OnnxNode> Nodes { get; init; }

    /// <summary>The constants: weights, biases, shapes.</summary>
    public IReadOnlyList<OnnxTensor> Initializers { get; init; } = [];

    /// <summary>What goes in. Before IR version 4, the constants stand here, too.</summary>
    public required IReadOnlyList<OnnxValueInfo> Inputs { get; init; }

    /// <summary>What comes out.</summary>
    public required IReadOnlyList<OnnxValueInfo> Outputs { get; init; }

    /// <summary>What is said of the values between.</summary>
    public IReadOnlyList<OnnxValueInfo> Values { get; init; } = [];

    /// <summary>Reads a graph.</summary>
    public static OnnxGraph Read(ProtoReader reader)
    {
        var name = "";
        List<OnnxNode> nodes = [];
        List<OnnxTensor> initializers = [];
        List<OnnxValueInfo> inputs = [];
        List<OnnxValueInfo> outputs = [];
        List<OnnxValueInfo> values = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    nodes.Add(OnnxNode.Read(reader.Message()));
                    break;
                case 2:
                    name = reader.Text();
                    break;
                case 5:
                    initializers.Add(OnnxTensor.Read(reader.Message()));
                    break;
                case 11:
                    inputs.Add(OnnxValueInfo.Read(reader.Message()));
                    break;
                case 12:
                    outputs.Add(OnnxValueInfo.Read(reader.Message()));
                    break;
                case 13:
                    values.Add(OnnxValueInfo.Read(reader.Message()));
                    break;
                case 15:
                    throw reader.Unsupported("weights are sparse tensors; export them as ordinary ones");
            }
        }

        return new OnnxGraph { Name = name, Nodes = nodes, Initializers = initializers, Inputs = inputs, Outputs = outputs, Values = values };
    }

    /// <summary>Writes the graph.</summary>
    public void Write(ProtoWriter writer)
    {
        foreach (var node in Nodes)
        {
            writer.Message(1, node.Write);
        }

        writer.Text(2, Name);
        foreach (var initializer in Initializers)
        {
            writer.Message(5, initializer.Write);
        }

        Write(writer, 11, Inputs);
        Write(writer, 12, Outputs);
        Write(writer, 13, Values);
    }

    private static void Write(ProtoWriter writer, int field, IReadOnlyList<OnnxValueInfo> values)
    {
        foreach (var value in values)
        {
            writer.Message(field, value.Write);
        }
    }
}
