using System.Text.Json;

namespace AbsBuildTasks.Search.Export;

/// <summary>A run of bytes in a weights file.</summary>
/// <param name="Entry">The name of its entry.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
internal sealed record StoredBlob(string Entry, long Length, string Sha256)
{
    /// <summary>Writes the blob's description.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("entry", Entry);
        json.WriteNumber("length", Length);
        json.WriteString("sha256", Sha256);
        json.WriteEndObject();
    }

    /// <summary>Reads a blob's description.</summary>
    public static StoredBlob Read(JsonElement json) => new(json.Text("entry"), json.Part("length").GetInt64(), json.Text("sha256"));
}
