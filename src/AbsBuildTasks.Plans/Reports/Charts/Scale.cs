using System.Globalization;

namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>An axis that covers values, with round numbers to mark.</summary>
internal sealed class Scale
{
    private const double WideRatio = 30;
    private const int Intervals = 4;
    private const double SmallestSpan = 1e-12;

    private static readonly int[] RoundFactors = [1, 2, 5, 10];

    private readonly bool _isLogarithmic;
    private readonly double _first;
    private readonly double _last;

    private Scale(bool isLogarithmic, double first, double last, IReadOnlyList<double> ticks) =>
        (_isLogarithmic, _first, _last, Ticks) = (isLogarithmic, first, last, ticks);

    /// <summary>The values to mark, ascending; at least two.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis that covers some values, at least one.</summary>
    /// <param name="values">The values, all finite and far from the ends of a double's range.</param>
    /// <param name="mayBeLogarithmic">Whether positive values over a wide range make it a logarithmic axis.</param>
    public static Scale Of(IReadOnlyList<double> values, bool mayBeLogarithmic = false)
    {
        var (least, most) = (values.Min(), values.Max());
        return mayBeLogarithmic && least > 0 && most / least > WideRatio ? Logarithmic(least, most) : Linear(least, most);
    }

    /// <summary>Where a value lies: 0 at the lower end of the axis, 1 at the upper.</summary>
    public double At(double value) => _isLogarithmic ? (Math.Log10(value) - _first) / (_last - _first) : (value - _first) / (_last - _first);

    /// <summary>A marked value in a few characters.</summary>
    public static string Text(double tick) => Math.Abs(tick) is >= 1e5 or (> 0 and < 1e-3)
        ? tick.ToString("0.#e0", CultureInfo.InvariantCulture)
        : tick.ToString("0.####", CultureInfo.InvariantCulture);

    private static Scale Logarithmic(double least, double most)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(least)), (int)Math.Ceiling(Math.Log10(most)));
        var step = ((last - first - 1) / Intervals) + 1;
        return new(true, first, last, [.. Enumerable.Range(0, ((last - first) / step) + 1).Select(index => Math.Pow(10, first + (index * step)))]);
    }

    private static Scale Linear(double least, double most)
    {
        // A constant is a line in the middle.
        var room = Math.Max(most - least, Math.Max(Math.Abs(most), Math.Abs(least)) * 1e-3);
        var span = room == 0 ? 1 : Math.Max(room, SmallestSpan);
        if (most - least < span)
        {
            (least, most) = (least - (span / 2), most + (span / 2));
        }

        var step = RoundStep(span / Intervals);
        var (first, last) = (Math.Floor(least / step), Math.Ceiling(most / step));
        return new(false, first * step, last * step, [.. Enumerable.Range(0, (int)(last - first) + 1).Select(index => (first + index) * step)]);
    }

    /// <summary>1, 2 or 5 times a power of ten, at least as large.</summary>
    private static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return RoundFactors.First(factor => factor * power >= least * (1 - 1e-9)) * power;
    }
}
