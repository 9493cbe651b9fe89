using System.Globalization;
using System.Text;

namespace AbsBuildTasks.Cake.Targets;

/// <summary>Values as MSBuild properties on a command line.</summary>
internal static class PropertyText
{
    // What MSBuild takes as syntax, or as the end of a property, and the quote that would end the argument.
    private const string Special = "%;,$@'()*?\"\r\n";

    /// <summary>A choice as the package spells it (<c>NoRegression</c>: <c>no-regression</c>); null where unset.</summary>
    public static string? Of<T>(T? value)
        where T : struct, Enum
    {
        if (value is null)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var letter in value.Value.ToString())
        {
            text.Append(char.IsUpper(letter) && text.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    /// <summary>The switch that sets a property, quoted: MSBuild takes the value literally.</summary>
    /// <exception cref="ArgumentException">The name is no property's.</exception>
    public static string Switch(string name, string value)
    {
        if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-' or '.')))
        {
            throw new ArgumentException($"\"{name}\" is not the name of an MSBuild property.", nameof(name));
        }

        return Option("-p:" + name, value);
    }

    /// <summary>An option of <c>dotnet</c> that sets a property, quoted: MSBuild takes the value literally, and neither it nor <c>dotnet</c> takes it for anything else.</summary>
    public static string Option(string name, string value)
    {
        var text = new StringBuilder();
        foreach (var letter in value)
        {
            if (Special.Contains(letter, StringComparison.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"%{(int)letter:X2}");
            }
            else
            {
                text.Append(letter);
            }
        }

        // A backslash before the closing quote would make it part of the value.
        var escaped = text.ToString();
        var end = escaped.TrimEnd('\\');
        return $"\"{name}={end}{string.Concat(Enumerable.Repeat("%5C", escaped.Length - end.Length))}\"";
    }
}
