using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Models;

/// <summary>Reads an item's metadata as values; what is absent or empty has its default.</summary>
internal sealed class ItemMetadata(ITaskItem item)
{
    public string? Text(string name) => item.GetMetadata(name).Trim() is { Length: > 0 } text ? text : null;

    public int Integer(string name, int otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        var text => throw Unreadable(name, text, "a whole number"),
    };

    public double Number(string name, double otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        var text => throw Unreadable(name, text, "a number such as 0.001"),
    };

    public bool Flag(string name, bool otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw Unreadable(name, text, "true or false"),
    };

    private static AbsException Unreadable(string name, string text, string wanted) =>
        new(AbsCodes.InvalidSetting, $"{name}=\"{text}\" cannot be read; write {wanted}.");
}
