using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.State;

/// <summary>All that a build is told, and by which code it is read.</summary>
internal static class BuildKey
{
    /// <summary>Writes it in base 64, so that it is one line.</summary>
    /// <param name="settings">The values of properties.</param>
    /// <param name="models">The project's <c>AbsModel</c> items, of which all metadata count.</param>
    public static string Of(string settings, ITaskItem[] models)
    {
        var text = new StringBuilder();
        Add(text, typeof(BuildKey).Module.ModuleVersionId.ToString());
        Add(text, typeof(AbsException).Module.ModuleVersionId.ToString());
        Add(text, settings);
        foreach (var model in models)
        {
            Add(text, model.ItemSpec);
            var metadata = model.CloneCustomMetadata();
            var names = new string[metadata.Count];
            metadata.Keys.CopyTo(names, 0);
            Array.Sort(names, StringComparer.Ordinal);
            foreach (var name in names)
            {
                Add(text, name);
                Add(text, model.GetMetadata(name));
            }
        }

        return Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // With its length before it, no value can pass for two.
    private static void Add(StringBuilder text, string value) => text.Append(value.Length.ToString(CultureInfo.InvariantCulture)).Append(' ').Append(value).Append('\n');
}
