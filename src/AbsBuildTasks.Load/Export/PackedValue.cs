using System.Text.Json;

namespace AbsBuildTasks.Search.Export;

/// <summary>A value between layers that the deployed file holds in bytes: what goes into a sum or comes out of it, for example.</summary>
/// <param name="Function">The native function of TorchSharp that makes it.</param>
/// <param name="Call">Which of the network's calls of that function, from 0.</param>
/// <param name="Result">Which of that call's results, from 0; or a place within it.</param>
/// <param name="Scale">The distance of two levels.</param>
/// <param name="Zero">The byte of level zero.</param>
internal sealed record PackedValue(string Function, int Call, int Result, float Scale, byte Zero)
{
    /// <summary>Writes the value.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("function", Function);
        json.WriteNumber("call", Call);
        json.WriteNumber("result", Result);
        json.WriteNumber("scale", Scale);
        json.WriteNumber("zero", Zero);
        json.WriteEndObject();
    }

    /// <summary>Reads a value.</summary>
    public static PackedValue Read(JsonElement json)
    {
        var value = new PackedValue(json.Text("function"), json.Part("call").GetInt32(), json.Part("result").GetInt32(), json.Part("scale").GetSingle(), json.Part("zero").GetByte());
        return value.Call >= 0 && value.Result >= 0 && float.IsFinite(value.Scale) && value.Scale > 0
            ? value
            : throw WeightManifest.Invalid($"a value of '{WeightManifest.Shown(value.Function)}' has levels out of range");
    }
}
