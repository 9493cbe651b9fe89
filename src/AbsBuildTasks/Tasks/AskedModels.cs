using AbsBuildTasks.Plans.Errors;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>The models that a target was asked to do something with.</summary>
internal sealed class AskedModels
{
    private readonly HashSet<string> _names;

    /// <summary>Reads names.</summary>
    /// <param name="names">As a property gives them; none for all models.</param>
    /// <param name="models">The project's models.</param>
    /// <param name="property">The property, for the message.</param>
    /// <exception cref="AbsException">ABS1005: a name is that of no model.</exception>
    public AskedModels(IEnumerable<string> names, ITaskItem[] models, string property = "AbsAccept")
    {
        _names = new(names.Select(name => name.Trim()), StringComparer.OrdinalIgnoreCase);
        if (_names.FirstOrDefault(name => !Array.Exists(models, model => model.ItemSpec.Equals(name, StringComparison.OrdinalIgnoreCase))) is { } unknown)
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"{property}=\"{unknown}\" is the name of no model; the project has {string.Join(", ", models.Select(model => model.ItemSpec))}.");
        }
    }

    /// <summary>Whether a model is one of them.</summary>
    public bool Has(string model) => _names.Count == 0 || _names.Contains(model);
}
