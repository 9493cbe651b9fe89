namespace AbsBuildTasks.Plans.Settings;

/// <summary>Patterns of names: <c>*</c> stands for any characters, dots too, and <c>?</c> for one.</summary>
internal static class Wildcard
{
    /// <summary>Whether a whole name is as the pattern says, to the letter.</summary>
    public static bool Matches(string pattern, string name)
    {
        // The last star alone needs to be tried again: what an earlier one takes, it could take as well.
        var (p, n, star, resume) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p, n);
                p++;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                resume++;
                (p, n) = (star + 1, resume);
            }
            else
            {
                return false;
            }
        }

        return pattern.Substring(p).All(character => character == '*');
    }
}
