using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Values that need not be there; null is written as an empty text.</summary>
/// <typeparam name="T">The values' type.</typeparam>
/// <param name="kind">The kind of those that are there.</param>
internal sealed class OptionalKind<T>(SettingKind<T> kind) : SettingKind<T?>
    where T : struct
{
    /// <inheritdoc />
    public override string Type => kind.Type;

    /// <inheritdoc />
    public override T? Parse(string name, string text) => kind.Parse(name, text);

    /// <inheritdoc />
    public override string Write(T? value) => value is { } some ? kind.Write(some) : "";

    /// <inheritdoc />
    public override T? FromJson(StrictObject json, string property) => json.IsNull(property) ? null : kind.FromJson(json, property);

    /// <inheritdoc />
    public override JToken ToJson(T? value) => value is { } some ? kind.ToJson(some) : JValue.CreateNull();

    /// <inheritdoc />
    public override void Require(string name, T? value)
    {
        if (value is { } some)
        {
            kind.Require(name, some);
        }
    }
}
