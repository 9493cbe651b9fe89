using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>A row of <see cref="SettingsTable"/>: all there is to know about one property of <see cref="SearchSettings"/>.</summary>
/// <param name="name">Of the property, of an <c>AbsModel</c> item's metadata, and in fingerprints.</param>
/// <param name="scope">What the setting changes.</param>
/// <param name="meaning">What it means, for docs/reference.md.</param>
internal abstract class Setting(string name, SettingScope scope, string meaning)
{
    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>What the setting changes.</summary>
    public SettingScope Scope => scope;

    /// <summary>What it means, in Markdown.</summary>
    public string Meaning => meaning;

    /// <summary>The values that are allowed, in Markdown.</summary>
    public abstract string Type { get; }

    /// <summary>The name in a search request.</summary>
    public string JsonName { get; } = char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>What holds where an item says nothing, in Markdown, where the value itself does not tell; else null.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Writes the value in Markdown, for docs/reference.md.</summary>
    public abstract string Show(SearchSettings settings);

    /// <summary>Writes the value as metadata have it.</summary>
    public abstract string Write(SearchSettings settings);

    /// <summary>Writes the value as fingerprints have it: as far as plans depend on it.</summary>
    public abstract string WriteSearched(SearchSettings settings);

    /// <summary>Sets the value that a metadata's text says.</summary>
    /// <exception cref="AbsException">ABS1003 to ABS1005, ABS1011, ABS1012: the text cannot be read.</exception>
    public abstract SearchSettings Parse(SearchSettings settings, string text);

    /// <summary>Writes the value as a search request has it.</summary>
    public abstract JToken ToJson(SearchSettings settings);

    /// <summary>Sets the value that a search request says.</summary>
    /// <exception cref="JsonShapeException">It is not there, or of another type.</exception>
    /// <exception cref="AbsException">ABS1003 to ABS1005, ABS1011, ABS1012: its text cannot be read.</exception>
    public abstract SearchSettings FromJson(SearchSettings settings, StrictObject json);

    /// <summary>Fails where the value is out of range.</summary>
    /// <exception cref="AbsException">ABS1003 or ABS1005; the message names the setting and what is allowed.</exception>
    public abstract void Require(SearchSettings settings);
}
