namespace AbsBuildTasks.Plans.Cost;

/// <summary>How a layer's cost changes with what is learned: its derivatives, in the cost's unit.</summary>
/// <param name="Weight">What a further weight costs.</param>
/// <param name="WeightBit">What a further bit of each weight costs, for each weight that remains.</param>
/// <param name="ActivationBit">What a further bit of each activation costs, for each weight that remains.</param>
/// <param name="Filter">What a further filter costs beside its weights.</param>
/// <param name="Input">What a further live input costs beside its weights.</param>
internal readonly record struct CostSlopes(double Weight, double WeightBit, double ActivationBit, double Filter, double Input = 0)
{
    /// <summary>These and those of another cost, which is priced.</summary>
    /// <param name="other">The other cost's.</param>
    /// <param name="price">What a unit of it counts.</param>
    public CostSlopes Plus(CostSlopes other, double price) => new(
        Weight + (price * other.Weight),
        WeightBit + (price * other.WeightBit),
        ActivationBit + (price * other.ActivationBit),
        Filter + (price * other.Filter),
        Input + (price * other.Input));
}
