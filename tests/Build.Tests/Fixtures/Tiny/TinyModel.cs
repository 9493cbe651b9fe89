using System.Globalization;
using AbsBuildTasks.Search;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tiny;

/// <summary>Images of 6×6 pixels, each with one bright row: its class.</summary>
public sealed class TinyModel : IAbsModel
{
    private const int Side = 6;

    public Module CreateNetwork()
    {
        // Lets a test watch the process that searches.
        if (Environment.GetEnvironmentVariable("TINY_PROCESS_FILE") is { Length: > 0 } file)
        {
            File.WriteAllText(file, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }

        // Lets a test hold a search until it has seen what others do meanwhile.
        if (Environment.GetEnvironmentVariable("TINY_GATE_FILE") is { Length: > 0 } gate)
        {
            while (!File.Exists(gate))
            {
                Thread.Sleep(50);
            }
        }

#if THROWS
        throw new InvalidOperationException("no network today");
#else
        return new TinyNetwork();
#endif
    }

    public ModelData LoadData(ModelContext context)
    {
        Console.WriteLine("tiny loads its data");
        var settings = File.ReadAllText(context.DataFile("data/images.csv")).Split(',');
        var classes = int.Parse(settings[0], CultureInfo.InvariantCulture);
        var each = int.Parse(settings[1], CultureInfo.InvariantCulture);
        var noise = float.Parse(settings[2], CultureInfo.InvariantCulture);
        return new ModelData(Images(classes, each, noise, 1), Images(classes, each / 4, noise, 2));
    }

    private static LabelledData Images(int classes, int each, float noise, int seed)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, classes * each).Select(i => (long)(i % classes)).ToArray();
        var pixels = new float[labels.Length * Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (image, row) = (i / (Side * Side), i / Side % Side);
            pixels[i] = (row == labels[image] ? 1 : 0) + (noise * random.NextSingle());
        }

        return new LabelledData(tensor(pixels).reshape(labels.Length, 1, Side, Side), tensor(labels));
    }
}

#if TWO_MODELS
public sealed class OtherModel : IAbsModel
{
    public Module CreateNetwork() => new TinyNetwork();

    public ModelData LoadData(ModelContext context) => throw new NotSupportedException();
}
#endif
