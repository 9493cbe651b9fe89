using TorchSharp.Modules;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// Recurrent layers and cells. Each of their weights is a layer of its own in plans. Only what goes into the module can be
/// quantised: hidden states, and what goes from one of several layers to the next, never leave torch's own code.
/// </summary>
internal sealed class RecurrentLayers : IModuleRow
{
    /// <inheritdoc />
    public bool Is(Module module) => module is LSTM or GRU or RNN or LSTMCell or GRUCell or RNNCell;

    /// <inheritdoc />
    public IReadOnlyList<ModuleKind> KindsOf(Module module)
    {
        string[] weights = [.. module.named_parameters(recurse: false).Select(pair => pair.name).Where(name => name.StartsWith("weight", StringComparison.Ordinal))];
        string[] first = [.. weights.Where(TakesInput)];
        return [.. weights.Select(name => new RecurrentWeightKind(name, TakesInput(name), first.Length == 1, name == first[0] ? LayerResults.Whole : LayerResults.Unseen))];
    }

    /// <summary>Whether it is a cell's weight for the input, or such a one of the first layer.</summary>
    private static bool TakesInput(string name) => name is "weight_ih" or "weight_ih_l0" or "weight_ih_l0_reverse";
}
