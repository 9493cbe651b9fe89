namespace AbsBuildTasks.Search.Training;

/// <summary>Says when more epochs are of no use.</summary>
internal static class Patience
{
    /// <summary>
    /// Whether the latest epochs of a phase have brought nothing: neither a lower cost than all before, nor a lower training
    /// loss than since the cost was lowest. Test data decide nothing.
    /// </summary>
    /// <param name="patience">How many such epochs are one too many; 0 for any number.</param>
    /// <param name="epochs">The phase's epochs in their order; without a cost, the loss alone counts.</param>
    public static bool IsOver(int patience, IEnumerable<(double Loss, double? Cost)> epochs)
    {
        if (patience == 0)
        {
            return false;
        }

        var (loss, cost, idle) = (double.PositiveInfinity, double.PositiveInfinity, 0);
        foreach (var epoch in epochs)
        {
            // As the cost falls the loss rises: what it was at a higher cost is no measure any more.
            var isCheaper = epoch.Cost < cost;
            idle = isCheaper || epoch.Loss < loss ? 0 : idle + 1;
            loss = isCheaper ? epoch.Loss : Math.Min(loss, epoch.Loss);
            cost = isCheaper ? epoch.Cost!.Value : cost;
        }

        return idle >= patience;
    }
}
