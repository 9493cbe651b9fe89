using System.Security.Cryptography;
using AbsBuildTasks.Search.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>
/// What a network starts from in what training does not change by itself, frozen weights and buffers: a checkpoint leaves it out
/// while it is as it was, since a run that goes on starts from a network like that.
/// </summary>
internal sealed class StartingValues
{
    // Of less, a hash is as long.
    private const int LeastBytes = 4096;
    private const int ChunkBytes = 1 << 26;

    private readonly Dictionary<string, string> _hashes;

    private StartingValues(Dictionary<string, string> hashes) => _hashes = hashes;

    /// <summary>Looks at a network.</summary>
    /// <param name="network">As it starts.</param>
    public static StartingValues Of(Module network) =>
        new(NetworkState.Of(network).Where(one => IsLarge(one.Value)).ToDictionary(one => one.Name, one => HashOf(one.Value)));

    /// <summary>The hash of a tensor's values where they are as they were; null otherwise.</summary>
    /// <param name="name">Its name in the network.</param>
    /// <param name="value">The tensor.</param>
    public string? HashIfSame(string name, Tensor value) => _hashes.TryGetValue(name, out var hash) && HashOf(value) == hash ? hash : null;

    /// <summary>SHA-256 over a tensor's values.</summary>
    public static string HashOf(Tensor tensor)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var flat = tensor.detach().cpu().contiguous().view(-1);
        var chunk = ChunkBytes / flat.ElementSize;
        for (var start = 0L; start < flat.shape[0]; start += chunk)
        {
            hash.AppendData(flat.narrow(0, start, Math.Min(chunk, flat.shape[0] - start)).bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static bool IsLarge(Tensor tensor) => !tensor.requires_grad && tensor.numel() * tensor.ElementSize >= LeastBytes;
}
