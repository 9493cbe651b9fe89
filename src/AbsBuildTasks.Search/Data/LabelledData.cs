using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search;

/// <summary>Examples with their targets, held in memory; or inputs that are read batch by batch (<see cref="ImageFolder.Stream"/>).</summary>
public sealed class LabelledData
{
    private readonly IReadOnlyList<Tensor>? _inputs;

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
        if (inputs is null || targets is null || inputs.Count == 0 || targets.Count == 0)
        {
            throw new AbsException(AbsCodes.InvalidData, "There is no input or no target; give at least one tensor of each.");
        }

        if (inputs.Concat(targets).Any(tensor => tensor is null || tensor.IsInvalid))
        {
            throw new AbsException(AbsCodes.InvalidData, "An input or target is null or disposed; give tensors that live on, and leave it to the search to dispose of them.");
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

        _inputs = [.. inputs.Select(Kept)];
        AllTargets = [.. targets.Select(Kept)];
        BatchDevice = _inputs[0].device;
    }

    /// <summary>Pairs inputs that are read batch by batch with targets.</summary>
    internal LabelledData(StreamedInputs inputs, Tensor targets)
    {
        Streamed = inputs;
        AllTargets = [Kept(targets)];
        BatchDevice = targets.device;
    }

    /// <summary>The first input, <c>[N, …]</c>; usually the only one.</summary>
    /// <exception cref="AbsException">ABS2005: inputs are read batch by batch.</exception>
    public Tensor Inputs => AllInputs[0];

    /// <summary>The first target, <c>[N, …]</c>; usually the only one.</summary>
    public Tensor Targets => AllTargets[0];

    /// <summary>All inputs, each <c>[N, …]</c>.</summary>
    /// <exception cref="AbsException">ABS2005: inputs are read batch by batch.</exception>
    public IReadOnlyList<Tensor> AllInputs => _inputs ?? NotHeld();

    /// <summary>All targets, each <c>[N, …]</c>.</summary>
    public IReadOnlyList<Tensor> AllTargets { get; }

    /// <summary>The only input, where it is read batch by batch; else null.</summary>
    internal StreamedInputs? Streamed { get; }

    /// <summary>The shape of the first input, <c>[N, …]</c>.</summary>
    internal long[] Shape => Streamed is { } streamed ? [Count, .. streamed.Shape] : Inputs.shape;

    /// <summary>Where batches of it go. Default: where the data lie.</summary>
    internal Device BatchDevice { get; init; }

    /// <summary>The number of examples, N.</summary>
    public int Count => checked((int)Targets.shape[0]);

    /// <summary>Some of the first examples' inputs, where batches go.</summary>
    internal IReadOnlyList<Tensor> First(int count) => Streamed is { } streamed
        ? [streamed.First(count).to(BatchDevice)]
        : [.. AllInputs.Select(input => input[TensorIndex.Slice(0, count)].to(BatchDevice))];

    private IReadOnlyList<Tensor> NotHeld() => throw new AbsException(AbsCodes.InvalidData, $"The inputs of '{Streamed!.Source.Name}' are decoded batch by batch, so that there is no tensor of them all; use ImageFolder.Read, which holds them in memory, or leave out what asks for LabelledData.Inputs.");

    /// <summary>Data are given, not computed anew in each step: of what they were computed from there is no more to learn.</summary>
    private static Tensor Kept(Tensor tensor) => (tensor.requires_grad ? tensor.detach() : tensor).DetachFromDisposeScope();

    private static bool Holds(Tensor tensor, long count) => tensor.dim() > 0 && tensor.shape[0] == count;
}
