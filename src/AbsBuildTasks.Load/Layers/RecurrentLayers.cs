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
        (string Name, Parameter Value)[] weights = [.. module.named_parameters(recurse: false).Where(pair => pair.name.StartsWith("weight", StringComparison.Ordinal))];
        var steps = new RecurrentSteps([.. weights.Select(weight => weight.Name)], units: (int)weights.First(weight => RecurrentSteps.IsForState(weight.Name)).Value.shape[1]);
        return [.. steps.Weights.Select((name, i) => new RecurrentWeightKind(name, steps, i == 0 ? LayerResults.Whole : LayerResults.Unseen))];
    }
}
