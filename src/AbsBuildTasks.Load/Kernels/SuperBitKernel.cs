using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>
/// The super-bit quantiser in one pass forward and one pass backward over single-precision values in memory.
/// </summary>
/// <remarks>
/// With hard gates the nested sum is the plain quantisation at the chosen bitwidth, so offsets are needed for the
/// gates' measures and gradients only, and are differences of plain quantisations: ε_j + g_{j+1}(…) = D(z, s_top) −
/// D(z, s_{j−1}). Values are taken 16 at a time whatever the processor has, without fused multiply-add, and sums are
/// formed per block and then in order of the blocks: every machine and number of threads gives the same bits.
/// </remarks>
internal static unsafe class SuperBitKernel
{
    // A block fits the second-level cache together with its result.
    private const int BlockSize = 1 << 15;

    // Lanes add up this many vectors in single precision before the sum goes on in double.
    private const int Run = 64;

    // Below this, waking threads costs more than they save.
    private const int LeastParallel = 1 << 16;

    private const int Width = 16;

    /// <summary>Quantises, and measures what each bitwidth leaves.</summary>
    /// <param name="x">The values.</param>
    /// <param name="result">Receives x̂; as long as <paramref name="x"/>.</param>
    /// <param name="scalars">The quantiser.</param>
    /// <param name="errors">Receives Σ |z − z_{b_j}| for j = 1 … K − 1, of length K − 1.</param>
    public static void Forward(ReadOnlySpan<float> x, Span<float> result, in QuantizerScalars scalars, Span<double> errors)
    {
        fixed (float* input = x, output = result)
        fixed (QuantizerScalars* quantizer = &scalars)
        {
            Sum(x.Length, errors, new Pass { X = input, Y = output, Quantizer = quantizer }, &ForwardBlock);
        }
    }

    /// <summary>Gradients of the values, the interval and the gates.</summary>
    /// <param name="gradient">G = ∂L/∂x̂.</param>
    /// <param name="x">The values that were quantised.</param>
    /// <param name="result">Receives ∂L/∂x.</param>
    /// <param name="scalars">The quantiser, as it was in the forward pass.</param>
    /// <param name="sums">
    /// Receives ∂L/∂v, then for j = 2 … K Σ G·(ε_{b_j} + g_{j+1}(…)) in normalised units; of length K.
    /// </param>
    public static void Backward(ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, Span<float> result, in QuantizerScalars scalars, Span<double> sums)
    {
        fixed (float* upstream = gradient, input = x, output = result)
        fixed (QuantizerScalars* quantizer = &scalars)
        {
            Sum(x.Length, sums, new Pass { X = input, G = upstream, Y = output, Quantizer = quantizer }, &BackwardBlock);
        }
    }

    /// <summary>Runs a pass block by block, on torch's threads where it pays, and adds up the blocks' sums in order.</summary>
    private static void Sum(int length, Span<double> sums, Pass pass, delegate*<int, void*, void> block)
    {
        var blocks = (length + BlockSize - 1) / BlockSize;
        var partial = new double[Math.Max(1, blocks * sums.Length)];
        fixed (double* target = partial)
        {
            pass.Length = length;
            pass.Sums = target;
            pass.SumCount = sums.Length;
            if (length < LeastParallel)
            {
                for (var i = 0; i < blocks; i++)
                {
                    block(i, &pass);
                }
            }
            else
            {
                TorchThreads.Run(blocks, block, &pass);
            }
        }

        sums.Clear();
        for (var i = 0; i < blocks; i++)
        {
            for (var k = 0; k < sums.Length; k++)
            {
                sums[k] += partial[(i * sums.Length) + k];
            }
        }
    }

    private static void ForwardBlock(int index, void* state)
    {
        var pass = (Pass*)state;
        ref var q = ref *pass->Quantizer;
        var start = index * BlockSize;
        var end = Math.Min(start + BlockSize, pass->Length);
        var errors = stackalloc Vector512<float>[QuantizerScalars.MaxLevels];
        var sums = pass->Sums + (index * pass->SumCount);
        var tail = stackalloc float[2 * Width];
        for (var run = start; run < end; run += Run * Width)
        {
            Clear(errors, q.Count);
            var stop = Math.Min(run + (Run * Width), end);
            var i = run;
            for (; i <= stop - Width; i += Width)
            {
                ForwardVector(pass->X + i, pass->Y + i, ref q, errors);
            }

            if (i < stop)
            {
                // The last few: padded with a value whose error is zero.
                new Span<float>(tail, Width).Fill(Neutral(ref q));
                new Span<float>(pass->X + i, stop - i).CopyTo(new Span<float>(tail, Width));
                ForwardVector(tail, tail + Width, ref q, errors);
                new Span<float>(tail + Width, stop - i).CopyTo(new Span<float>(pass->Y + i, stop - i));
            }

            for (var j = 0; j < pass->SumCount; j++)
            {
                sums[j] += Vector512.Sum(errors[j]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardVector(float* x, float* y, ref QuantizerScalars q, Vector512<float>* errors)
    {
        var given = Vector512.Load(x);
        var z = Clip(Normalize(given, ref q), ref q);
        var value = z;
        for (var j = 0; j < q.Count; j++)
        {
            // Finer than what is chosen, and without a measure of its own: not needed.
            if (j == q.Count - 1 && j != q.Chosen)
            {
                break;
            }

            var level = Discretize(z, j, ref q);
            if (j < q.Count - 1)
            {
                errors[j] += Vector512.Abs(z - level);
            }

            value = j == q.Chosen ? level : value;
        }

        // Clipping would make numbers of what is none: a network whose results are none would go unnoticed.
        var finite = Vector512.Equals(given - given, Vector512<float>.Zero);
        var quantized = (value - Vector512.Create(q.Shift)) * Vector512.Create(q.InverseScale) * Vector512.Create(q.Interval);
        Vector512.Store(Vector512.ConditionalSelect(finite, quantized, given), y);
    }

    private static void BackwardBlock(int index, void* state)
    {
        var pass = (Pass*)state;
        ref var q = ref *pass->Quantizer;
        var start = index * BlockSize;
        var end = Math.Min(start + BlockSize, pass->Length);
        var totals = stackalloc Vector512<float>[QuantizerScalars.MaxLevels];
        var sums = pass->Sums + (index * pass->SumCount);
        var tail = stackalloc float[3 * Width];
        for (var run = start; run < end; run += Run * Width)
        {
            Clear(totals, q.Count);
            var stop = Math.Min(run + (Run * Width), end);
            var i = run;
            for (; i <= stop - Width; i += Width)
            {
                BackwardVector(pass->G + i, pass->X + i, pass->Y + i, ref q, totals);
            }

            if (i < stop)
            {
                // The last few: padded with zero gradients.
                new Span<float>(tail, 2 * Width).Clear();
                new Span<float>(pass->G + i, stop - i).CopyTo(new Span<float>(tail, Width));
                new Span<float>(pass->X + i, stop - i).CopyTo(new Span<float>(tail + Width, Width));
                BackwardVector(tail, tail + Width, tail + (2 * Width), ref q, totals);
                new Span<float>(tail + (2 * Width), stop - i).CopyTo(new Span<float>(pass->Y + i, stop - i));
            }

            for (var k = 0; k < pass->SumCount; k++)
            {
                sums[k] += Vector512.Sum(totals[k]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackwardVector(float* gradient, float* x, float* y, ref QuantizerScalars q, Vector512<float>* totals)
    {
        var (g, values) = (Vector512.Load(gradient), Vector512.Load(x));
        var u = Normalize(values, ref q);
        var inside = Vector512.GreaterThanOrEqual(u, Vector512.Create(q.Low)) & Vector512.LessThanOrEqual(u, Vector512.Create(q.High));
        var z = Clip(u, ref q);
        Vector512.Store(g & inside, y);

        var levels = stackalloc Vector512<float>[QuantizerScalars.MaxLevels];
        for (var j = 0; j < q.Count; j++)
        {
            levels[j] = Discretize(z, j, ref q);
        }

        var ratio = (values * Vector512.Create(q.InverseInterval)) & inside;
        totals[0] += g * (((levels[q.Chosen] - Vector512.Create(q.Shift)) * Vector512.Create(q.InverseScale)) - ratio);
        for (var j = 1; j < q.Count; j++)
        {
            totals[j] += g * (levels[q.Reached[j]] - levels[j - 1]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Normalize(Vector512<float> x, ref QuantizerScalars q) => (x * Vector512.Create(q.Factor)) + Vector512.Create(q.Shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clip(Vector512<float> u, ref QuantizerScalars q) =>
        Vector512.MinNative(Vector512.MaxNative(u, Vector512.Create(q.Low)), Vector512.Create(q.High));

    /// <summary>D(z, s_j), ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Discretize(Vector512<float> z, int j, ref QuantizerScalars q) =>
        Vector512.Round(z * Vector512.Create(q.InverseSteps[j])) * Vector512.Create(q.Steps[j]);

    /// <summary>A value whose z lies on every grid: its smallest level, or zero on the grid around zero.</summary>
    private static float Neutral(ref QuantizerScalars q) => q.Low < 0 ? 0 : (q.Low - q.Shift) * q.InverseScale * q.Interval;

    private static void Clear(Vector512<float>* vectors, int count)
    {
        for (var i = 0; i < count; i++)
        {
            vectors[i] = Vector512<float>.Zero;
        }
    }

    private struct Pass
    {
        public float* X;
        public float* G;
        public float* Y;
        public QuantizerScalars* Quantizer;
        public double* Sums;
        public int SumCount;
        public int Length;
    }
}
