using System.Globalization;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Whole numbers.</summary>
/// <param name="range">Those that are allowed; null for all.</param>
internal sealed class WholeNumberKind(NumberRange? range = null) : SettingKind<int>
{
    /// <inheritdoc />
    public override string Type => range is null ? "whole number" : "whole number " + range.Words;

    /// <inheritdoc />
    public override int Parse(string name, string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw Unreadable(name, text, "a whole number");

    /// <inheritdoc />
    public override string Write(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public override int FromJson(StrictObject json, string property) => json.Int(property, int.MinValue, int.MaxValue);

    /// <inheritdoc />
    public override JToken ToJson(int value) => new JValue(value);

    /// <inheritdoc />
    public override string Show(int value) => Write(value);

    /// <inheritdoc />
    public override void Require(string name, int value) => range?.Require(name, value);
}
