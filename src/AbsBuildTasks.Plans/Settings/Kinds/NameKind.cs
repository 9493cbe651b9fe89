using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>One of a few names.</summary>
/// <typeparam name="TName">The names.</typeparam>
internal sealed class NameKind<TName> : SettingKind<TName>
    where TName : struct, Enum
{
    private static readonly string[] Names = Enum.GetNames(typeof(TName));

    /// <inheritdoc />
    public override string Type => Choice.AnyOf([.. Names.Select(name => $"`{name}`")]);

    /// <inheritdoc />
    public override TName Parse(string name, string text) => Of(Choice.Of(name, text, Names));

    /// <inheritdoc />
    public override string Write(TName value) => value.ToString();

    /// <inheritdoc />
    public override TName FromJson(StrictObject json, string property)
    {
        var name = json.String(property);
        return Names.Contains(name) ? Of(name) : throw json.Wrong(property, $"is not the name of a {typeof(TName).Name}");
    }

    private static TName Of(string name) => (TName)Enum.Parse(typeof(TName), name);
}
