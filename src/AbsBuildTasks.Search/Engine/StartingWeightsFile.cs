using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Native;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Weights that take the place of full-precision training.</summary>
internal static class StartingWeightsFile
{
    /// <summary>Loads them.</summary>
    /// <param name="model">Knows their format.</param>
    /// <param name="network">A fresh network, on the processor: elsewhere TorchSharp's loading replaces the parameters.</param>
    /// <param name="file">Full path.</param>
    /// <exception cref="AbsException">ABS2007: they do not fit, or are not finite.</exception>
    public static void Load(IAbsModel model, Module network, string file)
    {
        try
        {
            model.LoadWeights(network, file);
        }
        catch (Exception exception) when (exception is not AbsException && !DeviceMemory.IsExhausted(exception))
        {
            throw Error(file, $"does not load into the network ({exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')})", exception);
        }

        if (Divergence.FindIn(network) is { } name)
        {
            throw Error(file, $"holds a value in {name} that is not a finite number");
        }
    }

    private static AbsException Error(string file, string what, Exception? cause = null) => new(
        AbsCodes.InvalidCheckpoint,
        $"Checkpoint '{Path.GetFileName(file)}' {what}; save it again from the network that CreateNetwork returns.",
        cause);
}
