using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Settings.Kinds;

/// <summary>Settings that are one of a few words.</summary>
internal static class Choice
{
    /// <summary>Reads a word, upper and lower case being the same.</summary>
    /// <returns>The word as it is listed.</returns>
    /// <exception cref="AbsException">ABS1005: not one of the words; the message lists them.</exception>
    public static string Of(string name, string value, params string[] words) =>
        Array.Find(words, word => word.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase))
        ?? throw new AbsException(AbsCodes.InvalidSetting, $"{name}=\"{value}\" is unknown; use {AnyOf(words)}.");

    /// <summary>Lists words as a sentence does: <c>a, b or c</c>.</summary>
    /// <param name="words">Two at least.</param>
    public static string AnyOf(IReadOnlyList<string> words) =>
        $"{string.Join(", ", words.Take(words.Count - 1))} or {words[words.Count - 1]}";
}
