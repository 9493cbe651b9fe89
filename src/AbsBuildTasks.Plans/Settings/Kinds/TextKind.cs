using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Values that have a notation of their own, which their type reads and writes.</summary>
/// <typeparam name="T">The values' type; its <see cref="object.ToString"/> is what <paramref name="parse"/> reads.</typeparam>
/// <param name="type">The notation, in the words of docs/reference.md.</param>
/// <param name="parse">Reads it; its errors name the setting.</param>
/// <param name="require">Fails where a value can be read and yet not be used; null where there is none.</param>
internal sealed class TextKind<T>(string type, Func<string, T> parse, Action<T>? require = null) : SettingKind<T>
    where T : class
{
    /// <inheritdoc />
    public override string Type => type;

    /// <inheritdoc />
    public override T Parse(string name, string text) => parse(text);

    /// <inheritdoc />
    public override string Write(T value) => value.ToString()!;

    /// <inheritdoc />
    public override T FromJson(StrictObject json, string property) => parse(json.String(property));

    /// <inheritdoc />
    public override void Require(string name, T value) => require?.Invoke(value);
}
