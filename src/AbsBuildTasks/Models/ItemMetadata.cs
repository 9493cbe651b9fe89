using System.Globalization;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Models;

/// <summary>Reads an item's metadata as values; what is absent or empty has its default.</summary>
internal sealed class ItemMetadata(ITaskItem item)
{
    private readonly SortedSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    public string? Text(string name)
    {
        _asked.Add(name);
        return item.GetMetadata(name).Trim() is { Length: > 0 } text ? text : null;
    }

    public int Integer(string name, int otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        var text => throw Unreadable(name, text, "a whole number"),
    };

    public double Number(string name, double otherwise) => Number(name) ?? otherwise;

    public double? Number(string name) => Text(name) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        var text => throw Unreadable(name, text, "a number such as 0.001"),
    };

    public bool Flag(string name, bool otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw Unreadable(name, text, "true or false"),
    };

    public TName Name<TName>(string name, TName otherwise)
        where TName : struct, Enum => Text(name) is { } text
            ? (TName)Enum.Parse(typeof(TName), Choice.Of(name, text, Enum.GetNames(typeof(TName))))
            : otherwise;

    /// <summary>Fails where the item says something that nothing asked for: a misspelt name would pass for its default.</summary>
    /// <exception cref="AbsException">ABS1005.</exception>
    public void RefuseUnknown()
    {
        if (item.CloneCustomMetadata().Keys.Cast<string>().FirstOrDefault(name => !_asked.Contains(name)) is { } unknown)
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"{unknown} is no setting of a model; these are: {string.Join(", ", _asked)}.");
        }
    }

    private static AbsException Unreadable(string name, string text, string wanted) =>
        new(AbsCodes.InvalidSetting, $"{name}=\"{text}\" cannot be read; write {wanted}.");
}
