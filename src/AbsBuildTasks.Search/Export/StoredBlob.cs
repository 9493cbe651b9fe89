using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Search.Export;

/// <summary>A run of bytes in a weights file.</summary>
/// <param name="Entry">The name of its entry.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
internal sealed record StoredBlob(string Entry, long Length, string Sha256)
{
    /// <summary>The blob's description as JSON.</summary>
    public JObject ToJson() => new() { ["entry"] = Entry, ["length"] = Length, ["sha256"] = Sha256 };

    /// <summary>Reads a blob's description.</summary>
    public static StoredBlob FromJson(JToken json) => new(json.Value<string>("entry")!, json.Value<long>("length"), json.Value<string>("sha256")!);
}
