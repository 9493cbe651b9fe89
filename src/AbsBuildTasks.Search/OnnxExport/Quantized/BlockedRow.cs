namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>How a convolution goes over a row of pixels in blocks: it takes whole blocks, and gives several of its results at each place.</summary>
/// <param name="Block">Pixels of a block.</param>
/// <param name="Results">Results at each place: as many as there are strides in a block.</param>
/// <param name="Offset">Where the first result's kernel begins in the blocks that a place takes.</param>
/// <param name="Kernel">How many blocks a place takes.</param>
/// <param name="Before">Blocks of padding in front of the row.</param>
/// <param name="After">Blocks of padding behind it.</param>
internal readonly record struct BlockedRow(int Block, int Results, int Offset, int Kernel, int Before, int After)
{
    /// <summary>Finds out how, for results that are the same as without blocks.</summary>
    /// <param name="block">Pixels of a block.</param>
    /// <param name="pixels">Pixels of a row.</param>
    /// <param name="results">Results of a row.</param>
    /// <param name="kernel">Pixels of the kernel.</param>
    /// <param name="stride">Pixels from one result to the next.</param>
    /// <param name="before">Pixels of padding in front of the row.</param>
    /// <returns>Null where row, results or strides do not come out in whole blocks.</returns>
    public static BlockedRow? TryOf(int block, int pixels, int results, int kernel, int stride, int before)
    {
        if (block % stride != 0 || pixels % block != 0 || results % (block / stride) != 0)
        {
            return null;
        }

        var (each, padding) = (block / stride, Blocks(before, block));
        var offset = (padding * block) - before;
        var size = Blocks(offset + ((each - 1) * stride) + kernel, block);
        var after = (results / each) - 1 + size - padding - (pixels / block);
        return after < 0 ? null : new BlockedRow(block, each, offset, size, padding, after);
    }

    /// <summary>How many times as much is multiplied as without blocks: what a kernel does not cover is multiplied by zero.</summary>
    /// <param name="kernel">Pixels of the kernel.</param>
    public double Growth(int kernel) => (double)Kernel * Block / kernel;

    private static int Blocks(int pixels, int block) => (pixels + block - 1) / block;
}
