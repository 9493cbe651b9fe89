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
    {
        if (inputs.dim() < 2 || inputs.shape[0] == 0)
        {
            throw new AbsException(AbsCodes.InvalidData, $"Inputs have shape [{string.Join(", ", inputs.shape)}]; they need at least one example and at least one dimension beside it.");
        }

        if (targets.dim() < 1 || targets.shape[0] != inputs.shape[0])
        {
            throw new AbsException(AbsCodes.InvalidData, $"There are {inputs.shape[0]} inputs but targets have shape [{string.Join(", ", targets.shape)}]; give one target for each input.");
        }

        Inputs = inputs.DetachFromDisposeScope();
        Targets = targets.DetachFromDisposeScope();
    }

    /// <summary>Inputs, <c>[N, …]</c>.</summary>
    public Tensor Inputs { get; }

    /// <summary>Targets, <c>[N, …]</c>.</summary>
    public Tensor Targets { get; }

    /// <summary>The number of examples, N.</summary>
    public int Count => checked((int)Inputs.shape[0]);
}
