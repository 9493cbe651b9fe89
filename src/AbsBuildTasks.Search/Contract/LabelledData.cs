using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search;

/// <summary>Examples with their targets, held in memory.</summary>
public sealed class LabelledData
{
    /// <summary>Pairs inputs with targets.</summary>
    /// <param name="inputs"><c>[N, …]</c> floating point.</param>
    /// <param name="targets"><c>[N, …]</c>, for classification <c>[N]</c> class indices of type int64.</param>
    /// <exception cref="AbsException">ABS2005: no examples, or not one target for each.</exception>
    public LabelledData(Tensor inputs, Tensor targets)
        : this([inputs], [targets])
    {
    }

    /// <summary>Pairs inputs with targets, for networks that take several of either.</summary>
    /// <param name="inputs">Each <c>[N, …]</c>; the first may be augmented.</param>
    /// <param name="targets">Each <c>[N, …]</c>.</param>
    /// <exception cref="AbsException">ABS2005: no examples, or not one of each input and target for each.</exception>
    public LabelledData(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets)
    {
        if (inputs.Count == 0 || targets.Count == 0)
        {
            throw new AbsException(AbsCodes.InvalidData, "There is no input or no target; give at least one tensor of each.");
        }

        if (inputs[0].dim() < 2 || inputs[0].shape[0] == 0)
        {
            throw new AbsException(AbsCodes.InvalidData, $"Inputs have shape [{string.Join(", ", inputs[0].shape)}]; they need at least one example and at least one dimension beside it.");
        }

        var count = inputs[0].shape[0];
        if (inputs.FirstOrDefault(input => !Holds(input, count)) is { } input)
        {
            throw new AbsException(AbsCodes.InvalidData, $"There are {count} first inputs but another input has shape [{string.Join(", ", input.shape)}]; give one of each input for each example.");
        }

        if (targets.FirstOrDefault(target => !Holds(target, count)) is { } target)
        {
            throw new AbsException(AbsCodes.InvalidData, $"There are {count} inputs but targets have shape [{string.Join(", ", target.shape)}]; give one target for each input.");
        }

        AllInputs = [.. inputs.Select(tensor => tensor.DetachFromDisposeScope())];
        AllTargets = [.. targets.Select(tensor => tensor.DetachFromDisposeScope())];
        BatchDevice = AllInputs[0].device;
    }

    /// <summary>The first input, <c>[N, …]</c>; usually the only one.</summary>
    public Tensor Inputs => AllInputs[0];

    /// <summary>The first target, <c>[N, …]</c>; usually the only one.</summary>
    public Tensor Targets => AllTargets[0];

    /// <summary>All inputs, each <c>[N, …]</c>.</summary>
    public IReadOnlyList<Tensor> AllInputs { get; }

    /// <summary>All targets, each <c>[N, …]</c>.</summary>
    public IReadOnlyList<Tensor> AllTargets { get; }

    /// <summary>Where batches of it go. Default: where the data lie.</summary>
    internal Device BatchDevice { get; init; }

    /// <summary>The number of examples, N.</summary>
    public int Count => checked((int)Inputs.shape[0]);

    private static bool Holds(Tensor tensor, long count) => tensor.dim() > 0 && tensor.shape[0] == count;
}
