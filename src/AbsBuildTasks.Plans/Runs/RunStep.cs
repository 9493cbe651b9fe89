using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Runs;

/// <summary>A step that decisions did not go: one bitwidth or some filters of a layer less, or more.</summary>
/// <param name="Layer">The layer; the first of those whose filters are decided together.</param>
/// <param name="Tied">How many other layers go with it.</param>
/// <param name="WeightBits">Bits of its weights after the step.</param>
/// <param name="ActivationBits">Bits of its input activations after the step.</param>
/// <param name="KeptFilters">How many of its filters would stay.</param>
/// <param name="Loss">How far the loss would change, as estimated on a sample of the training data before fine-tuning.</param>
/// <param name="Noise">Half the width of the 95 % interval of that change, over samples of that size.</param>
/// <param name="Bops">How far the network's bit-operations would change.</param>
internal sealed record RunStep(string Layer, int Tied, int WeightBits, int ActivationBits, int KeptFilters, double Loss, double Noise, long Bops)
{
    /// <summary>The property of an epoch that lists them.</summary>
    public const string Property = "steps";

    private const double LargestLoss = 1e30;

    /// <summary>Whether the step saves bit-operations.</summary>
    public bool IsCheaper => Bops < 0;

    /// <summary>Whether the change of the loss is no larger than another sample could make it.</summary>
    public bool IsWithinNoise => Math.Abs(Loss) <= Noise;

    /// <summary>Reads those of an epoch.</summary>
    public static IReadOnlyList<RunStep> Read(StrictObject epoch) => epoch.Names.Contains(Property) ? [.. epoch.Objects(Property).Select(ReadOne)] : [];

    private static RunStep ReadOne(StrictObject step) => new(
        step.String("layer"),
        step.Names.Contains("tied") ? step.Int("tied", 0, int.MaxValue) : 0,
        step.Int("weightBits", 1, CostModel.FullPrecisionBits),
        step.Int("activationBits", 1, CostModel.FullPrecisionBits),
        step.Int("keptFilters", 0, int.MaxValue),
        Number(step, "loss"),
        Number(step, "noise"),
        step.Long("bops"));

    private static double Number(StrictObject step, string name) =>
        step.Double(name) is var value && Math.Abs(value) <= LargestLoss ? value : throw step.Wrong(name, "is out of range -1e30 to 1e30");
}
