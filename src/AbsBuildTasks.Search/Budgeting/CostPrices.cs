namespace AbsBuildTasks.Search.Budgeting;

/// <summary>What cost adds to the loss: λ·log R for bit-operations, and for bytes.</summary>
/// <param name="Bops">λ of bit-operations.</param>
/// <param name="Size">λ of bytes.</param>
internal readonly record struct CostPrices(double Bops, double Size = 0);
