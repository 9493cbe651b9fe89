using System.Globalization;

namespace AbsBuildTasks.Cli.Building;

/// <summary>A property on MSBuild's command line.</summary>
internal static class PropertyArgument
{
    // What MSBuild would read as the end of the value, as a reference or as a pattern.
    private const string Special = "%$@'\"();,?*\r\n\t";

    /// <summary>The argument that gives a property exactly a value.</summary>
    public static string Of(string name, string value) =>
        $"-p:{name}={string.Concat(value.Select(character => Special.Contains(character) ? "%" + ((int)character).ToString("X2", CultureInfo.InvariantCulture) : character.ToString()))}";
}
