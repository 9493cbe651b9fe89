using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>Names of models, which are also file names on every operating system.</summary>
internal static class ModelName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 100;

    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" })],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks a name.</summary>
    /// <returns>The name itself.</returns>
    /// <exception cref="AbsException">ABS1006: the name cannot be a file name everywhere.</exception>
    public static string Validate(string name) => Problem(name) is { } problem
        ? throw new AbsException(AbsCodes.InvalidModelName, $"The model name \"{Printable.Shorten(name, MaxLength)}\" {problem}; use letters, digits, '.', '-', '_' and spaces, for example Include=\"digits\".")
        : name;

    private static string? Problem(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "is empty";
        }

        if (name.Length > MaxLength)
        {
            return FormattableString.Invariant($"is longer than {MaxLength} characters");
        }

        if (name[0] is '.' or ' ' || name[name.Length - 1] is '.' or ' ')
        {
            return "begins or ends with a dot or space";
        }

        if (name.Contains(".."))
        {
            return "holds two dots in a row";
        }

        if (name.Any(character => !IsAllowed(character)))
        {
            return $"holds '{Printable.Escape(name.First(character => !IsAllowed(character)).ToString())}'";
        }

        return Reserved.Contains(name.Split('.')[0].TrimEnd()) ? "is reserved by Windows" : null;
    }

    // Letters beyond the basic plane are surrogate pairs, which this refuses: one name, one spelling on every disk.
    private static bool IsAllowed(char character) => character is '.' or '-' or '_' or ' ' || char.IsLetterOrDigit(character);
}
