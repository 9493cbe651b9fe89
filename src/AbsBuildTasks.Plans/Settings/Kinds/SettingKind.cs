using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>How values of one type are read and written, and which are allowed.</summary>
/// <typeparam name="T">The values' type.</typeparam>
internal abstract class SettingKind<T>
{
    /// <summary>The values that are allowed, in the words of docs/reference.md.</summary>
    public abstract string Type { get; }

    /// <summary>Reads an item's metadata.</summary>
    /// <param name="name">The metadata's name, for messages.</param>
    /// <param name="text">Without white space around it, and not empty.</param>
    /// <exception cref="AbsException">ABS1003 to ABS1005, ABS1011, ABS1012: it cannot be read; the message says what can.</exception>
    public abstract T Parse(string name, string text);

    /// <summary>Writes a value as metadata and fingerprints have it. What this gives is part of every fingerprint and must not change.</summary>
    public abstract string Write(T value);

    /// <summary>Reads the property of a search request.</summary>
    /// <exception cref="JsonShapeException">It is of another type.</exception>
    public abstract T FromJson(StrictObject json, string property);

    /// <summary>Writes the property of a search request.</summary>
    public virtual JToken ToJson(T value) => new JValue(Write(value));

    /// <summary>Writes a value as docs/reference.md shows it.</summary>
    public virtual string Show(T value) => Write(value) is { Length: > 0 } text ? $"`{text}`" : "none";

    /// <summary>Fails where a value is out of range.</summary>
    /// <param name="name">The setting's name, for messages.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="AbsException">ABS1003 or ABS1005; the message says what is allowed.</exception>
    public virtual void Require(string name, T value)
    {
    }

    /// <summary>The error of a text that is no value of this kind.</summary>
    protected static AbsException Unreadable(string name, string text, string wanted) =>
        new(AbsCodes.InvalidSetting, $"{name}=\"{text}\" cannot be read; write {wanted}.");
}
