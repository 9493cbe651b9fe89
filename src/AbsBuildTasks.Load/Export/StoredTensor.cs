using System.Text.Json;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Export;

/// <summary>A tensor that is stored as it is.</summary>
/// <param name="Name">Its name in the network's state.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Data">Its elements, little-endian.</param>
internal sealed record StoredTensor(string Name, ScalarType Type, IReadOnlyList<long> Shape, StoredBlob Data)
{
    /// <summary>Writes the tensor's description.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("type", Type.ToString());
        json.WriteSides("shape", Shape);
        json.WritePropertyName("data");
        Data.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Reads a tensor's description.</summary>
    public static StoredTensor Read(JsonElement json) =>
        new(json.Text("name"), Enum.Parse<ScalarType>(json.Text("type")), json.Sides("shape"), StoredBlob.Read(json.Part("data")));
}
