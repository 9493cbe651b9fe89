using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Random changes of training images, other ones in every epoch.</summary>
/// <remarks>
/// What happens to an example depends on the search's seed, the epoch and the example's index only: not on the batch size,
/// on other examples, or on threads.
/// </remarks>
public sealed record Augmentation
{
    /// <summary>Whether half of the images are mirrored left to right. Default: false.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>
    /// How far images move at most in each direction, in pixels; what comes in is zero, which in normalised data is the
    /// channel's mean. Default: 0.
    /// </summary>
    public int CropPadding { get; init; }

    /// <summary>Refuses images that cannot be changed so.</summary>
    /// <param name="shape">The shape of training inputs.</param>
    /// <exception cref="AbsException">ABS2005: not <c>[N, C, H, W]</c>, or a padding that is negative or leaves nothing of an image.</exception>
    internal void Require(IReadOnlyList<long> shape)
    {
        if (shape.Count != 4)
        {
            throw new AbsException(AbsCodes.InvalidData, $"Inputs of shape [{string.Join(", ", shape)}] cannot be augmented; flips and crops need images [N, C, H, W].");
        }

        if (CropPadding < 0 || CropPadding >= Math.Min(shape[2], shape[3]))
        {
            throw new AbsException(AbsCodes.InvalidData, $"CropPadding={CropPadding} cannot be used with images of {shape[3]}×{shape[2]} pixels; give 0 or more, and less than a side.");
        }
    }

    /// <summary>Changes a batch.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, as <see cref="Require"/> accepts them.</param>
    /// <param name="indices">The examples' indices in their data.</param>
    /// <param name="seed">The search's seed.</param>
    /// <param name="epoch">The epoch in the whole run.</param>
    internal Tensor Apply(Tensor images, ReadOnlySpan<long> indices, int seed, int epoch)
    {
        var moves = new ImageMove[indices.Length];
        for (var i = 0; i < moves.Length; i++)
        {
            moves[i] = ImageMove.Draw(this, seed, epoch, indices[i]);
        }

        return ImageMove.Apply(images, moves, CropPadding);
    }
}
