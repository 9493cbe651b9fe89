namespace AbsBuildTasks.Models;

/// <summary>A pattern of paths: <c>*</c> and <c>?</c> within a name, and <c>**</c> for any folders.</summary>
/// <remarks>A match takes no longer than the lengths of path and pattern multiplied, whatever they are.</remarks>
internal sealed class DataPattern
{
    private const string AnyFolders = "**";

    private readonly string[] _names;

    /// <summary>Takes a pattern.</summary>
    /// <param name="pattern">Names with slashes between them.</param>
    public DataPattern(string pattern)
    {
        var names = pattern.Split('/');

        // At the end they stand for files: in any folders a file of any name.
        _names = names[names.Length - 1] == AnyFolders ? [.. names, "*"] : names;
    }

    /// <summary>Whether a path, with slashes, is one of the pattern.</summary>
    public bool IsMatch(string path)
    {
        var parts = path.Split('/');
        return Matches(_names.Length, parts.Length, (name, part) => IsName(_names[name], parts[part]), name => _names[name] == AnyFolders);
    }

    private static bool IsName(string pattern, string name) =>
        Matches(pattern.Length, name.Length, (place, character) => pattern[place] == '?' || pattern[place] == name[character], place => pattern[place] == '*');

    // Goes back to the last of those that stand for any number only: an earlier one can do nothing that this cannot.
    private static bool Matches(int patterns, int values, Func<int, int, bool> isMatch, Func<int, bool> isAny)
    {
        var (pattern, value, any, resume) = (0, 0, -1, 0);
        while (value < values)
        {
            if (pattern < patterns && isAny(pattern))
            {
                (any, resume) = (pattern++, value);
            }
            else if (pattern < patterns && isMatch(pattern, value))
            {
                (pattern, value) = (pattern + 1, value + 1);
            }
            else if (any >= 0)
            {
                (pattern, value) = (any + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        while (pattern < patterns && isAny(pattern))
        {
            pattern++;
        }

        return pattern == patterns;
    }
}
