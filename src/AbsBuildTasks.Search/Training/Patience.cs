namespace AbsBuildTasks.Search.Training;

/// <summary>Says when more epochs are of no use.</summary>
internal static class Patience
{
    /// <summary>
    /// Whether the latest epochs of a phase have brought nothing: neither a lower cost than all before, nor a lower training
    /// loss than since the cost was lowest. Test data decide nothing.
    /// </summary>
    /// <param name="patience">How many such epochs are one too many; 0 for any number.</param>
    /// <param name="epochs">The phase's epochs in their order, each with the same costs, of which one is enough to be lower; without any, the loss alone counts.</param>
    public static bool IsOver(int patience, IEnumerable<(double Loss, IReadOnlyList<double?> Costs)> epochs)
    {
        if (patience == 0)
        {
            return false;
        }

        var (loss, lowest, idle) = (double.PositiveInfinity, (IReadOnlyList<double>?)null, 0);
        foreach (var epoch in epochs)
        {
            // As the cost falls the loss rises: what it was at a higher cost is no measure any more.
            lowest ??= [.. epoch.Costs.Select(_ => double.PositiveInfinity)];
            var isCheaper = epoch.Costs.Zip(lowest).Any(pair => pair.First < pair.Second);
            idle = isCheaper || epoch.Loss < loss ? 0 : idle + 1;
            loss = isCheaper ? epoch.Loss : Math.Min(loss, epoch.Loss);
            lowest = [.. epoch.Costs.Zip(lowest, (cost, least) => Math.Min(cost ?? least, least))];
        }

        return idle >= patience;
    }
}
