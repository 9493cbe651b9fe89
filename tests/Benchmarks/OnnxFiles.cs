using System.Diagnostics;
using AbsBuildTasks.Tracing.Tests.Infrastructure;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What the ONNX file of a plan brings against that of the whole network: bytes, and time in ONNX Runtime.</summary>
internal static class OnnxFiles
{
    private const int WarmUp = 3;

    // A turn takes about as long, so that reading the clock does not count and other work seldom interrupts it.
    private const double TurnMilliseconds = 3;

    public static void Measure(int rounds, IReadOnlySet<string> only)
    {
        var start = Stopwatch.GetTimestamp();
        var networks = Rewritten.Run<string[]>(() => OnnxNetworks.Names.ToArray());
        Console.WriteLine(FormattableString.Invariant($"TorchSharp rewritten and loaded in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms"));
        Console.WriteLine(Heading($"{"sums",-9}", $"{"export ms",11}"));
        foreach (var (name, isForTarget) in networks.Where(name => only.Count == 0 || only.Contains(name)).SelectMany(name => new[] { (name, false), (name, true) }))
        {
            var (whole, delivered, milliseconds) = Rewritten.Run<(byte[], byte[], double)>(OnnxNetworks.Write, name, isForTarget);
            Compare(FormattableString.Invariant($"{name,-13}{(isForTarget ? "integer" : "float"),-9}"), name, whole, delivered, FormattableString.Invariant($"{milliseconds,11:0}"), rounds);
        }
    }

    /// <summary>Compares a file that a build has written with the network that it was made from, as one of <see cref="OnnxNetworks"/>.</summary>
    public static void Measure(int rounds, string name, string file)
    {
        Console.WriteLine(Heading("", ""));
        Compare(FormattableString.Invariant($"{name,-13}"), name, Rewritten.Run<byte[]>(OnnxNetworks.Whole, name), File.ReadAllBytes(file), "", rounds);
    }

    private static string Heading(string sums, string export) =>
        $"{"network",-13}{sums}{"float bytes",13}{"plan bytes",12}{"ratio",7}{export}{"on integers",13}{"batch",7}{"float ms",10}{"plan ms",10}{"float/plan",12}{"p10-p90",14}";

    private static void Compare(string label, string name, byte[] whole, byte[] delivered, string export, int rounds)
    {
        var (integers, floats) = OnnxSession.Layers(delivered);
        var file = FormattableString.Invariant($"{label}{whole.Length,13}{delivered.Length,12}{Floor((double)whole.Length / delivered.Length),7:0.00}{export}{$"{integers} of {integers + floats}",13}");
        foreach (var batch in new[] { 1, 32 })
        {
            var (one, other) = Times(whole, delivered, [batch, .. OnnxNetworks.Example(name)], rounds);
            double[] ratios = [.. one.Zip(other, (a, b) => a / b).Order()];
            Console.WriteLine(FormattableString.Invariant($"{file}{batch,7}{one.Median(),10:0.0000}{other.Median(),10:0.0000}{Floor(one.Median() / other.Median()),12:0.00}{$"{Floor(At(ratios, 0.1)):0.00}-{Floor(At(ratios, 0.9)):0.00}",14}"));
        }
    }

    /// <summary>Milliseconds of a batch in each round; the two take turns.</summary>
    private static (List<double> Whole, List<double> Delivered) Times(byte[] whole, byte[] delivered, long[] shape, int rounds)
    {
        using OnnxSession one = new(whole, shape), other = new(delivered, shape);
        var (ones, others) = (new List<double>(), new List<double>());
        var (runsOfOne, runsOfOther) = (Runs(one), Runs(other));
        for (var round = 0; round < rounds; round++)
        {
            ones.Add(one.Time(runsOfOne));
            others.Add(other.Time(runsOfOther));
        }

        return (ones, others);
    }

    /// <summary>How often a session runs in a turn; warms it up.</summary>
    private static int Runs(OnnxSession session)
    {
        _ = session.Time(WarmUp);
        return Math.Max(1, (int)(TurnMilliseconds / session.Time(WarmUp)));
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];

    /// <summary>Two digits that never say more than was measured.</summary>
    private static double Floor(double ratio) => Math.Floor(ratio * 100) / 100;
}
