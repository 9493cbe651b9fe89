using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>One of <see cref="NativeNetworks"/> under compression, in a scope of its own.</summary>
internal sealed class CompressedNative : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public CompressedNative(string name, SearchSettings? settings = null, bool calibrate = true)
    {
        try
        {
            Input = NativeNetworks.Input(name);
            Network = NativeNetworks.Of(name);
            Compressed = Infrastructure.Compressed.Of(Network, Input, settings, calibrate);
        }
        catch
        {
            // Else later tests of this thread would be in it.
            _scope.Dispose();
            throw;
        }
    }

    /// <summary>A batch of examples.</summary>
    public Tensor Input { get; }

    /// <summary>The network as a user has it.</summary>
    public FunctionNetwork Network { get; }

    /// <summary>The network under compression.</summary>
    public CompressedNetwork Compressed { get; }

    public void Deconstruct(out Tensor input, out FunctionNetwork network, out CompressedNetwork compressed) => (input, network, compressed) = (Input, Network, Compressed);

    public void Dispose()
    {
        Compressed.Dispose();
        Network.Dispose();
        _scope.Dispose();
    }
}
