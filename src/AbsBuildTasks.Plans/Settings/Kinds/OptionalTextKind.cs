using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Values that have a notation of their own and need not be there; null is written as an empty text.</summary>
/// <typeparam name="T">The values' type.</typeparam>
/// <param name="kind">The kind of those that are there.</param>
internal sealed class OptionalTextKind<T>(TextKind<T> kind) : SettingKind<T?>
    where T : class
{
    /// <inheritdoc />
    public override string Type => kind.Type;

    /// <inheritdoc />
    public override T? Parse(string name, string text) => kind.Parse(name, text);

    /// <inheritdoc />
    public override string Write(T? value) => value is null ? "" : kind.Write(value);

    /// <inheritdoc />
    public override T? FromJson(StrictObject json, string property) => json.IsNull(property) ? null : kind.FromJson(json, property);

    /// <inheritdoc />
    public override JToken ToJson(T? value) => value is null ? JValue.CreateNull() : kind.ToJson(value);

    /// <inheritdoc />
    public override void Require(string name, T? value)
    {
        if (value is not null)
        {
            kind.Require(name, value);
        }
    }
}
