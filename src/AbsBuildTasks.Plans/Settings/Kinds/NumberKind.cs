using System.Globalization;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Numbers.</summary>
/// <param name="range">Those that are allowed.</param>
internal sealed class NumberKind(NumberRange range) : SettingKind<double>
{
    /// <inheritdoc />
    public override string Type => "number " + range.Words;

    /// <inheritdoc />
    public override double Parse(string name, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw Unreadable(name, text, "a number such as 0.001");

    /// <inheritdoc />
    public override string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public override double FromJson(StrictObject json, string property) => json.Double(property);

    /// <inheritdoc />
    public override JToken ToJson(double value) => new JValue(value);

    /// <inheritdoc />
    public override string Show(double value) => Write(value);

    /// <inheritdoc />
    public override void Require(string name, double value) => range.Require(name, value);
}
