using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Settings.Kinds;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>A setting whose values are of one type.</summary>
/// <typeparam name="T">The values' type.</typeparam>
/// <param name="name">The property's name.</param>
/// <param name="scope">What the setting changes.</param>
/// <param name="kind">How values are read and written, and which are allowed.</param>
/// <param name="get">Takes the property.</param>
/// <param name="with">Sets the property.</param>
/// <param name="meaning">What the setting means, in Markdown.</param>
internal sealed class TypedSetting<T>(
    string name,
    SettingScope scope,
    SettingKind<T> kind,
    Func<SearchSettings, T> get,
    Func<SearchSettings, T, SearchSettings> with,
    string meaning) : Setting(name, scope, meaning)
{
    /// <summary>What of a value plans depend on; all of it where nobody says otherwise.</summary>
    public Func<T, T> Searched { get; init; } = value => value;

    /// <inheritdoc />
    public override string Type => kind.Type;

    /// <inheritdoc />
    public override string Show(SearchSettings settings) => kind.Show(get(settings));

    /// <inheritdoc />
    public override string Write(SearchSettings settings) => kind.Write(get(settings));

    /// <inheritdoc />
    public override string WriteSearched(SearchSettings settings) => kind.Write(Searched(get(settings)));

    /// <inheritdoc />
    public override SearchSettings Parse(SearchSettings settings, string text) => with(settings, kind.Parse(Name, text));

    /// <inheritdoc />
    public override JToken ToJson(SearchSettings settings) => kind.ToJson(get(settings));

    /// <inheritdoc />
    public override SearchSettings FromJson(SearchSettings settings, StrictObject json) => with(settings, kind.FromJson(json, JsonName));

    /// <inheritdoc />
    public override void Require(SearchSettings settings) => kind.Require(Name, get(settings));
}
