namespace AbsBuildTasks.Plans.Documents;

/// <summary>The names of the grids in a plan.</summary>
internal static class PlanGrids
{
    /// <summary>Signed levels around an exact zero; for weights, and for activations that may be negative.</summary>
    public const string Symmetric = "symmetric";

    /// <summary>2^b levels between -v and v without a zero; for weights.</summary>
    public const string Unit = "unit";

    /// <summary>No levels: 32-bit floating point, for tensors that are not quantised.</summary>
    public const string Float = "float";

    /// <summary>Levels from 0 to v; for activations that are never negative.</summary>
    public const string Unsigned = "unsigned";
}
