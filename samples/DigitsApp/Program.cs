using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// Reads handwritten digits by the compressed network that the build of ../Digits has written. There is no torch in here.
const int pixels = 8 * 8;
var folder = AppContext.BaseDirectory;
using var session = new InferenceSession(Path.Combine(folder, "digits.onnx"));
using var lines = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "digits.csv.gz")), CompressionMode.Decompress));

var (seen, right, index) = (0, 0, 0);
while (await lines.ReadLineAsync() is { } line)
{
    // Every fifth image was held out of training.
    if (index++ % 5 != 0)
    {
        continue;
    }

    int[] values = [.. line.Split(',').Select(value => int.Parse(value, CultureInfo.InvariantCulture))];
    var image = new DenseTensor<float>(values.Take(pixels).Select(pixel => pixel / 16f).ToArray(), [1, 1, 8, 8]);
    using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", image)]);
    var scores = results[0].AsTensor<float>().ToArray();
    right += Array.IndexOf(scores, scores.Max()) == values[pixels] ? 1 : 0;
    seen++;
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{right} of {seen} digits are read correctly, which is {100.0 * right / seen:0.00} %."));
