using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Json;

/// <summary>Writes properties of documents that are the same, byte for byte, wherever they are written.</summary>
internal static class JsonTextWriterExtensions
{
    /// <summary>Writes a text.</summary>
    public static void Property(this JsonTextWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteValue(value);
    }

    /// <summary>Writes a whole number.</summary>
    public static void Property(this JsonTextWriter json, string name, long value)
    {
        json.WritePropertyName(name);
        json.WriteValue(value);
    }

    /// <summary>Writes a number in its one spelling.</summary>
    public static void Number(this JsonTextWriter json, string name, string spelling)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(spelling);
    }
}
