using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using Tiny;
using static TorchSharp.torch;

// Prints what the loaded network makes of one input, or why it does not load.
try
{
    TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));
    var network = CompressedModel.Load(new TinyNetwork(), Path.Combine(AppContext.BaseDirectory, "abs", "tiny.weights.zip"));
    using var noGradient = no_grad();
    using var output = network.call(ones(1, 1, 6, 6));
    Console.WriteLine(string.Join(" ", output.data<float>().Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
}
catch (AbsException exception)
{
    Console.WriteLine($"{exception.Code}: {exception.Message}");
}
