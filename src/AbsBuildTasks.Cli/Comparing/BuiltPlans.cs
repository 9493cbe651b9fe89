using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Finds the plans that a build left in a folder, such as an artifact of a build server.</summary>
internal static class BuiltPlans
{
    /// <summary>The plans in a folder and below, one a model, in ordinal order of the models. Links are left out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="models">The models that are wanted; none for all.</param>
    /// <exception cref="AbsException">ABS4003: such a file is no plan. ABS4007: there is no folder or plan, or not that of a model. ABS4020: a model has two plans.</exception>
    public static IReadOnlyList<FoundPlan> In(string folder, IReadOnlyList<string> models)
    {
        if (!Directory.Exists(folder))
        {
            throw new AbsException(AbsCodes.PlanNotFound, $"There is no folder '{Printable.Escape(folder)}'; name the folder into which you put a build's plans.");
        }

        (string File, CompressionPlan Plan)[] found = [.. Files(folder).Select(file => (file, PlanFile.Read(file).Plan))];
        var byModel = found.Where(plan => models.Count == 0 || models.Contains(plan.Plan.Model, StringComparer.Ordinal)).GroupBy(plan => plan.Plan.Model, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        if (models.Where(model => found.All(plan => plan.Plan.Model != model)).ToArray() is [var missing, ..])
        {
            throw new AbsException(AbsCodes.PlanNotFound, $"There is no plan of '{Printable.Escape(missing)}' in '{Printable.Escape(folder)}'{(found.Length == 0 ? "" : $"; there are those of {string.Join(", ", found.Select(plan => $"'{Printable.Escape(plan.Plan.Model)}'").Distinct().Order(StringComparer.Ordinal))}")}. No snapshot was changed.");
        }

        return byModel.Length > 0 ? [.. byModel.Select(Only)]
            : throw new AbsException(AbsCodes.PlanNotFound, $"There is no plan in '{Printable.Escape(folder)}', nor below it; name the folder into which you put a build's plans.");
    }

    // Of a plan that lies there twice, the one that has its configuration and policy beside it.
    private static FoundPlan Only(IGrouping<string, (string File, CompressionPlan Plan)> plans)
    {
        var first = plans.First();
        foreach (var (file, plan) in plans)
        {
            if (PlanJson.Write(plan) != PlanJson.Write(first.Plan))
            {
                throw new AbsException(AbsCodes.AmbiguousPlan, $"'{Printable.Escape(plans.Key)}' has two plans: '{Printable.Escape(first.File)}' and '{Printable.Escape(file)}'. Name the folder that has the one you mean. No snapshot was changed.");
            }
        }

        FoundPlan[] alike = [.. plans.Select(plan => new FoundPlan("", plan.Plan, plan.File))];
        return alike.FirstOrDefault(plan => plan.Kept is not null) ?? alike[0];
    }

    private static IEnumerable<string> Files(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return new[] { PlanPaths.Built, PlanPaths.Received }.SelectMany(ending => Directory.EnumerateFiles(folder, "*" + ending, options)).Order(StringComparer.Ordinal);
    }
}
