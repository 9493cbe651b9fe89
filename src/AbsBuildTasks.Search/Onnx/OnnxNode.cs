namespace AbsBuildTasks.Search.Onnx;

/// <summary>One operation of a graph.</summary>
internal sealed class OnnxNode
{
    /// <summary>The node's name; may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>The operator, such as <c>Conv</c>.</summary>
    public required string OpType { get; init; }

    /// <summary>Where the operator is defined; empty for ONNX itself.</summary>
    public string Domain { get; init; } = "";

    /// <summary>The values it takes; empty where an optional one is left out.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The values it makes; empty where one is not wanted.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Its constants.</summary>
    public IReadOnlyList<OnnxAttribute> Attributes { get; init; } = [];

    /// <summary>Reads a node.</summary>
    public static OnnxNode Read(ProtoReader reader)
    {
        var (name, opType, domain) = ("", "", "");
        List<string> inputs = [];
        List<string> outputs = [];
        List<OnnxAttribute> attributes = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(reader.Text());
                    break;
                case 2:
                    outputs.Add(reader.Text());
                    break;
                case 3:
                    name = reader.Text();
                    break;
                case 4:
                    opType = reader.Text();
                    break;
                case 5:
                    attributes.Add(OnnxAttribute.Read(reader.Message()));
                    break;
                case 7:
                    domain = reader.Text();
                    break;
            }
        }

        return new OnnxNode { Name = name, OpType = opType, Domain = domain, Inputs = inputs, Outputs = outputs, Attributes = attributes };
    }

    /// <summary>Writes the node.</summary>
    public void Write(ProtoWriter writer)
    {
        writer.Texts(1, Inputs);
        writer.Texts(2, Outputs);
        writer.Text(3, Name);
        writer.Text(4, OpType);
        foreach (var attribute in Attributes)
        {
            writer.Message(5, attribute.Write);
        }

        writer.Text(7, Domain);
    }
}
