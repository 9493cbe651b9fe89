using System.Globalization;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Yes or no.</summary>
internal sealed class FlagKind : SettingKind<bool>
{
    /// <inheritdoc />
    public override string Type => "`true` or `false`";

    /// <inheritdoc />
    public override bool Parse(string name, string text) => bool.TryParse(text, out var value) ? value : throw Unreadable(name, text, "true or false");

    /// <inheritdoc />
    public override string Write(bool value) => value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public override bool FromJson(StrictObject json, string property) => json.Boolean(property);

    /// <inheritdoc />
    public override JToken ToJson(bool value) => new JValue(value);

    /// <inheritdoc />
    public override string Show(bool value) => value ? "`true`" : "`false`";
}
