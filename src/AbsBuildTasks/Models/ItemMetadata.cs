using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Models;

/// <summary>Reads an item's metadata, and knows which of them have been read.</summary>
internal sealed class ItemMetadata(ITaskItem item)
{
    private readonly SortedSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The metadata of a name, without white space around it; null where it is absent or empty.</summary>
    public string? Text(string name)
    {
        _asked.Add(name);
        return item.GetMetadata(name).Trim() is { Length: > 0 } text ? text : null;
    }

    /// <summary>The name of metadata that may have been meant to be another's; null where there are none.</summary>
    /// <param name="name">The other name.</param>
    public string? MeantToBe(string name) =>
        item.CloneCustomMetadata().Keys.Cast<string>().FirstOrDefault(key => key != name && NearName.Of(key, [name]) is not null);

    /// <summary>Fails where the item says something that nothing asked for: a misspelt name would pass for its default.</summary>
    /// <exception cref="AbsException">ABS1005.</exception>
    public void RefuseUnknown()
    {
        if (item.CloneCustomMetadata().Keys.Cast<string>().FirstOrDefault(name => !_asked.Contains(name)) is { } unknown)
        {
            var hint = NearName.Of(unknown, _asked) is { } near ? $"did you mean {near}? All settings are" : "these are";
            throw new AbsException(AbsCodes.InvalidSetting, $"{unknown} is no setting of a model; {hint}: {string.Join(", ", _asked)}.");
        }
    }
}
