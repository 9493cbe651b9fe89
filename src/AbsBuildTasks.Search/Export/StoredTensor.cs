using Newtonsoft.Json.Linq;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Export;

/// <summary>A tensor that is stored as it is.</summary>
/// <param name="Name">Its name in the network's state.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Data">Its elements, little-endian.</param>
internal sealed record StoredTensor(string Name, ScalarType Type, IReadOnlyList<long> Shape, StoredBlob Data)
{
    /// <summary>The tensor as JSON.</summary>
    public JObject ToJson() => new()
    {
        ["name"] = Name,
        ["type"] = Type.ToString(),
        ["shape"] = new JArray(Shape),
        ["data"] = Data.ToJson(),
    };

    /// <summary>Reads a tensor's description.</summary>
    public static StoredTensor FromJson(JToken json) => new(
        json.Value<string>("name")!,
        Enum.Parse<ScalarType>(json.Value<string>("type")!),
        [.. json.Value<JArray>("shape")!.Select(side => (long)side)],
        StoredBlob.FromJson(json["data"]!));
}
