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
/// formed per row and then in order of the rows: every machine and number of threads gives the same bits.
/// </remarks>
internal static unsafe class SuperBitKernel
{
    // Lanes add up this many vectors in single precision before the sum goes on in double.
    private const int Run = 64;

    // Below this, waking threads costs more than they save.
    private const int LeastParallel = 1 << 16;

    private const int Width = 16;

    /// <summary>Quantises, and measures what each bitwidth leaves.</summary>
    /// <param name="x">The values.</param>
    /// <param name="result">Receives x̂; as long as <paramref name="x"/>.</param>
    /// <param name="scalars">The quantiser.</param>
    /// <param name="intervals">Its clipping intervals: one for all values, or one for each of as many rows of equal length.</param>
    /// <param name="errors">Receives Σ |z − z_{b_j}| for j = 1 … K − 1, of length K − 1.</param>
    public static void Forward(ReadOnlySpan<float> x, Span<float> result, in QuantizerScalars scalars, ReadOnlySpan<float> intervals, Span<double> errors)
    {
        var rows = KernelRows.Of(x.Length, intervals.Length);
        double[] sums;
        fixed (float* input = x, output = result, interval = intervals)
        fixed (QuantizerScalars* quantizer = &scalars)
        {
            sums = Sums(rows, errors.Length, new Pass { X = input, Y = output, Quantizer = quantizer, Intervals = interval }, &ForwardRows);
        }

        errors.Clear();
        for (var i = 0; i < sums.Length; i++)
        {
            errors[i % errors.Length] += sums[i];
        }
    }

    /// <summary>Gradients of the values, the intervals and the gates.</summary>
    /// <param name="gradient">G = ∂L/∂x̂.</param>
    /// <param name="x">The values that were quantised.</param>
    /// <param name="result">Receives ∂L/∂x.</param>
    /// <param name="scalars">The quantiser, as it was in the forward pass.</param>
    /// <param name="intervals">Its clipping intervals v, likewise.</param>
    /// <param name="sums">Receives ∂L/∂v of each, then for j = 2 … K Σ G·v/Scale·(ε_{b_j} + g_{j+1}(…)).</param>
    public static void Backward(ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, Span<float> result, in QuantizerScalars scalars, ReadOnlySpan<float> intervals, Span<double> sums)
    {
        var (rows, count) = (KernelRows.Of(x.Length, intervals.Length), sums.Length - intervals.Length + 1);
        double[] ofRows;
        fixed (float* upstream = gradient, input = x, output = result, interval = intervals)
        fixed (QuantizerScalars* quantizer = &scalars)
        {
            ofRows = Sums(rows, count, new Pass { X = input, G = upstream, Y = output, Quantizer = quantizer, Intervals = interval }, &BackwardRows);
        }

        sums.Clear();
        Span<double> total = stackalloc double[QuantizerScalars.MaxLevels];
        for (var i = 0; i < intervals.Length; i++)
        {
            total.Clear();
            var (first, end) = rows.OfInterval(i);
            for (var row = first; row < end; row++)
            {
                for (var k = 0; k < count; k++)
                {
                    total[k] += ofRows[(row * count) + k];
                }
            }

            sums[i] = total[0];
            for (var k = 1; k < count; k++)
            {
                sums[intervals.Length - 1 + k] += total[k] * (intervals[i] / (double)scalars.GridScale);
            }
        }
    }

    /// <summary>Runs a pass over all rows, on torch's threads where it pays.</summary>
    /// <returns>For each row its sums.</returns>
    private static double[] Sums(KernelRows rows, int count, Pass pass, delegate*<int, void*, void> part)
    {
        var sums = new double[rows.Count * count];
        fixed (double* target = sums)
        {
            pass.Rows = rows;
            pass.Sums = target;
            pass.SumCount = count;
            if (rows.Length < LeastParallel)
            {
                for (var i = 0; i < rows.Parts; i++)
                {
                    part(i, &pass);
                }
            }
            else
            {
                TorchThreads.Run(rows.Parts, part, &pass);
            }
        }

        return sums;
    }

    private static void ForwardRows(int part, void* state)
    {
        var pass = (Pass*)state;
        var end = pass->Rows.First(part + 1);
        for (var row = pass->Rows.First(part); row < end; row++)
        {
            var q = pass->Quantizer->At(pass->Intervals[pass->Rows.IntervalOf(row)]);
            ForwardRow(pass, row, ref q);
        }
    }

    private static void ForwardRow(Pass* pass, int row, ref QuantizerScalars q)
    {
        var (start, end) = (pass->Rows.Start(row), pass->Rows.Start(row + 1));
        var errors = stackalloc Vector512<float>[QuantizerScalars.MaxLevels];
        var sums = pass->Sums + (row * pass->SumCount);
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

    private static void BackwardRows(int part, void* state)
    {
        var pass = (Pass*)state;
        var end = pass->Rows.First(part + 1);
        for (var row = pass->Rows.First(part); row < end; row++)
        {
            var q = pass->Quantizer->At(pass->Intervals[pass->Rows.IntervalOf(row)]);
            BackwardRow(pass, row, ref q);
        }
    }

    private static void BackwardRow(Pass* pass, int row, ref QuantizerScalars q)
    {
        var (start, end) = (pass->Rows.Start(row), pass->Rows.Start(row + 1));
        var totals = stackalloc Vector512<float>[QuantizerScalars.MaxLevels];

        // Here and not for each vector: what takes memory from the stack is not inlined.
        var levels = stackalloc Vector512<float>[QuantizerScalars.MaxLevels];
        var sums = pass->Sums + (row * pass->SumCount);
        var tail = stackalloc float[3 * Width];
        for (var run = start; run < end; run += Run * Width)
        {
            Clear(totals, q.Count);
            var stop = Math.Min(run + (Run * Width), end);
            var i = run;
            for (; i <= stop - Width; i += Width)
            {
                BackwardVector(pass->G + i, pass->X + i, pass->Y + i, ref q, totals, levels);
            }

            if (i < stop)
            {
                // The last few: padded with zero gradients.
                new Span<float>(tail, 2 * Width).Clear();
                new Span<float>(pass->G + i, stop - i).CopyTo(new Span<float>(tail, Width));
                new Span<float>(pass->X + i, stop - i).CopyTo(new Span<float>(tail + Width, Width));
                BackwardVector(tail, tail + Width, tail + (2 * Width), ref q, totals, levels);
                new Span<float>(tail + (2 * Width), stop - i).CopyTo(new Span<float>(pass->Y + i, stop - i));
            }

            for (var k = 0; k < pass->SumCount; k++)
            {
                sums[k] += Vector512.Sum(totals[k]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackwardVector(float* gradient, float* x, float* y, ref QuantizerScalars q, Vector512<float>* totals, Vector512<float>* levels)
    {
        var (g, values) = (Vector512.Load(gradient), Vector512.Load(x));
        var u = Normalize(values, ref q);
        var inside = Vector512.GreaterThanOrEqual(u, Vector512.Create(q.Low)) & Vector512.LessThanOrEqual(u, Vector512.Create(q.High));
        var z = Clip(u, ref q);
        Vector512.Store(g & inside, y);

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
        public float* Intervals;
        public KernelRows Rows;
        public double* Sums;
        public int SumCount;
    }
}
