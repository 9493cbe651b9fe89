namespace AbsBuildTasks.Search.Onnx;

/// <summary>Which version of a domain's operators a model uses.</summary>
/// <param name="Domain">The domain; empty for ONNX itself.</param>
/// <param name="Version">The version.</param>
internal sealed record OnnxOpset(string Domain, long Version)
{
    /// <summary>Reads an entry.</summary>
    public static OnnxOpset Read(ProtoReader reader)
    {
        var opset = new OnnxOpset("", 0);
        while (reader.Next())
        {
            opset = reader.Field switch
            {
                1 => opset with { Domain = reader.Text() },
                2 => opset with { Version = reader.Int() },
                _ => opset,
            };
        }

        return opset;
    }

    /// <summary>Writes the entry.</summary>
    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Domain);
        writer.Int(2, Version);
    }
}
