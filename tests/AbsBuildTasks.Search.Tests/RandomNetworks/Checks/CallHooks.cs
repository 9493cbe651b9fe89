using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>Torch's own hooks on a module that takes one tensor, or one and a state.</summary>
internal static class CallHooks
{
    /// <summary>Sees, and may replace, what goes in.</summary>
    public static void Before(Module module, Func<Tensor, Tensor> hook)
    {
        switch (module)
        {
            case Module<Tensor, Tensor> plain:
                _ = plain.register_forward_pre_hook((_, input) => hook(input));
                break;
            case LSTM lstm:
                _ = lstm.register_forward_pre_hook((_, input, state) => (hook(input), state));
                break;
            case GRU gru:
                _ = gru.register_forward_pre_hook((_, input, state) => (hook(input), state));
                break;
            case LSTMCell cell:
                _ = cell.register_forward_pre_hook((_, input, state) => (hook(input), state));
                break;
            default:
                _ = ((GRUCell)module).register_forward_pre_hook((_, input, state) => (hook(input), state));
                break;
        }
    }

    /// <summary>Sees what goes in, and what comes out first.</summary>
    public static void After(Module module, Action<Tensor, Tensor> hook)
    {
        switch (module)
        {
            case Module<Tensor, Tensor> plain:
                _ = plain.register_forward_hook((_, input, output) => Seen(input, output, output));
                break;
            case LSTM lstm:
                _ = lstm.register_forward_hook((_, input, _, output) => Seen(input, output.Item1, output));
                break;
            case GRU gru:
                _ = gru.register_forward_hook((_, input, _, output) => Seen(input, output.Item1, output));
                break;
            case MultiheadAttention attention:
                _ = attention.register_forward_hook((_, query, _, _, _, _, _, output) => Seen(query, output.Item1, output));
                break;
            case LSTMCell cell:
                _ = cell.register_forward_hook((_, input, _, output) => Seen(input, output.Item1, output));
                break;
            default:
                _ = ((GRUCell)module).register_forward_hook((_, input, _, output) => Seen(input, output, output));
                break;
        }

        T Seen<T>(Tensor input, Tensor first, T output)
        {
            hook(input, first);
            return output;
        }
    }
}
