using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Search.Onnx;

/// <summary>What an ONNX file holds.</summary>
internal sealed class OnnxModel
{
    /// <summary>The version of the file format.</summary>
    public required long IrVersion { get; init; }

    /// <summary>The versions of the operators in use, by domain.</summary>
    public required IReadOnlyList<OnnxOpset> Opsets { get; init; }

    /// <summary>What wrote the file.</summary>
    public string Producer { get; init; } = "";

    /// <summary>The version of what wrote the file.</summary>
    public string ProducerVersion { get; init; } = "";

    /// <summary>The network.</summary>
    public required OnnxGraph Graph { get; init; }

    /// <summary>Reads a file's content.</summary>
    /// <param name="content">All bytes of it; tensors keep slices of them.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="AbsException">ABS6002: it has parts that are not read. ABS6003: it is no ONNX file, or a damaged one.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> content, string name)
    {
        var reader = new ProtoReader(content, name);
        var (version, producer, producerVersion) = (0L, "", "");
        OnnxGraph? graph = null;
        List<OnnxOpset> opsets = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    version = reader.Int();
                    break;
                case 2:
                    producer = reader.Text();
                    break;
                case 3:
                    producerVersion = reader.Text();
                    break;
                case 7:
                    graph = graph is null ? OnnxGraph.Read(reader.Message()) : throw reader.Damaged("a second graph begins");
                    break;
                case 8:
                    opsets.Add(OnnxOpset.Read(reader.Message()));
                    break;
            }
        }

        return new OnnxModel
        {
            IrVersion = version > 0 ? version : throw reader.Damaged("the version of the format is not stated"),
            Opsets = opsets,
            Producer = producer,
            ProducerVersion = producerVersion,
            Graph = graph ?? throw reader.Damaged("there is no graph"),
        };
    }

    /// <summary>The file's content; equal models give equal bytes.</summary>
    public byte[] ToBytes()
    {
        var writer = new ProtoWriter();
        writer.Int(1, IrVersion);
        writer.Text(2, Producer);
        writer.Text(3, ProducerVersion);
        writer.Message(7, Graph.Write);
        foreach (var opset in Opsets)
        {
            writer.Message(8, opset.Write);
        }

        return writer.Content.ToArray();
    }
}
