using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Data;

/// <summary>What happens to one image.</summary>
/// <param name="Flip">Whether it is mirrored, after the crop.</param>
/// <param name="Top">The crop's first row in the padded image; the padding leaves the image in its place.</param>
/// <param name="Left">The crop's first column in the padded image.</param>
internal readonly record struct ImageMove(bool Flip, int Top, int Left)
{
    /// <summary>Draws from a counter-based generator: the same numbers for the same example, in whatever order.</summary>
    public static ImageMove Draw(Augmentation augmentation, int seed, int epoch, long index)
    {
        var state = SplitMix64.Mix((uint)seed, (uint)epoch, (ulong)index);
        var positions = (2 * augmentation.CropPadding) + 1;
        return new ImageMove(
            augmentation.HorizontalFlip && (state >> 63) == 1,
            Below(positions, SplitMix64.Mix(state + 1)),
            Below(positions, SplitMix64.Mix(state + 2)));
    }

    /// <summary>Moves each image of a batch.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="moves">One for each image.</param>
    /// <param name="padding">Zeros on each side, in pixels.</param>
    public static Tensor Apply(Tensor images, ReadOnlySpan<ImageMove> moves, int padding)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        var rows = new long[moves.Length * height];
        var columns = new long[moves.Length * width];
        for (var i = 0; i < moves.Length; i++)
        {
            for (var y = 0; y < height; y++)
            {
                rows[(i * height) + y] = moves[i].Top + y;
            }

            for (var x = 0; x < width; x++)
            {
                columns[(i * width) + x] = moves[i].Left + (moves[i].Flip ? width - 1 - x : x);
            }
        }

        var padded = padding > 0 ? functional.pad(images, [padding, padding, padding, padding]) : images;
        var moved = padded.index(
            Indices(Range(moves.Length), -1, 1, 1, 1),
            Indices(Range((int)images.shape[1]), 1, -1, 1, 1),
            Indices(rows, -1, 1, height, 1),
            Indices(columns, -1, 1, 1, width));
        return moved.MoveToOuterDisposeScope();

        TensorIndex Indices(long[] values, params long[] shape) =>
            TensorIndex.Tensor(tensor(values, device: images.device).reshape(shape));
    }

    private static long[] Range(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];

    private static int Below(int bound, ulong random) => (int)Math.BigMul(random, (ulong)bound, out _);
}
