using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Caching;

/// <summary>ONNX files in the caches, each under all that it is made of: who has the same weights need not write and prove it again.</summary>
/// <param name="cache">The caches.</param>
/// <param name="mayTake">Whether what another build has made is wanted at all.</param>
internal sealed class OnnxCache(BuildCache cache, bool mayTake)
{
    /// <summary>What the caches know a file by.</summary>
    /// <param name="fingerprint">The plan's: of the code that makes the network, and of the data that the file is proved on.</param>
    /// <param name="weights">Full path of the compressed weights: a locked build has others under the same fingerprint.</param>
    /// <param name="form">How the file is wanted, and by which version of the export.</param>
    /// <exception cref="IOException">The weights cannot be read.</exception>
    public static string KeyOf(string fingerprint, string weights, string form)
    {
        using var content = OrdinaryFile.Open(weights);
        return ContentHash.Of(string.Join("\n", "abs-onnx 1", fingerprint, ContentHash.Of(content), form));
    }

    /// <summary>Takes a file and its record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="key">What the caches know it by.</param>
    /// <param name="folder">Receives both.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <returns>Whether a cache had them.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryTake(string model, string key, string folder, CancellationToken cancellation) => mayTake && cache.TryTakeOnnx(model, key, folder, cancellation);

    /// <summary>Gives a file and its record to the caches.</summary>
    /// <inheritdoc cref="TryTake"/>
    public void Store(string model, string key, string folder, CancellationToken cancellation) => cache.StoreOnnx(model, key, folder, cancellation);
}
