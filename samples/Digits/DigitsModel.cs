using System.Globalization;
using System.IO.Compression;
using AbsBuildTasks.Search;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Digits;

/// <summary>Handwritten digits: what the search needs to know about this project's model.</summary>
public sealed class DigitsModel : IAbsModel
{
    private const int Pixels = 64;

    // Every fifth image is held out. The file's order is the collection's, so both parts see the same writers' mix.
    private const int TestEvery = 5;

    /// <inheritdoc />
    public Module<Tensor, Tensor> CreateNetwork() => new DigitsNetwork();

    /// <inheritdoc />
    public ModelData LoadData(ModelContext context)
    {
        using var file = File.OpenRead(context.DataFile("data/digits.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var rows = new List<float[]>();
        while (reader.ReadLine() is { } line)
        {
            rows.Add([.. line.Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))]);
        }

        return new ModelData(
            Part(rows.Where((_, i) => i % TestEvery != 0)),
            Part(rows.Where((_, i) => i % TestEvery == 0)));
    }

    private static LabelledData Part(IEnumerable<float[]> rows)
    {
        var part = rows.ToArray();
        var pixels = part.SelectMany(row => row.Take(Pixels).Select(pixel => pixel / 16)).ToArray();
        var labels = part.Select(row => (long)row[Pixels]).ToArray();
        return new LabelledData(tensor(pixels).reshape(part.Length, 1, 8, 8), tensor(labels));
    }
}
