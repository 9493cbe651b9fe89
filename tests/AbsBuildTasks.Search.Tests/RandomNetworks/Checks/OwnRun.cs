using AbsBuildTasks.Search.Tests.RandomNetworks.Models;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>Runs a random network without a search.</summary>
internal static class OwnRun
{
    /// <summary>A batch of one and of all in evaluation mode, and a training step.</summary>
    /// <exception cref="GeneratorException">It fails, or gives what is not a number.</exception>
    public static void Try(RandomModel model)
    {
        using var scope = NewDisposeScope();
        try
        {
            _ = manual_seed(5);
            using var network = model.CreateNetwork();
            var data = model.LoadData(new ModelContext(Path.GetTempPath(), [])).Train;
            network.eval();
            Finite(model.Forward(network, [.. data.AllInputs.Select(input => input.narrow(0, 0, 1))]));
            Finite(model.Forward(network, data.AllInputs));
            network.train();
            var loss = model.Loss(model.Forward(network, data.AllInputs), data.AllTargets);
            loss.backward();
            Finite([loss, .. network.parameters().Select(parameter => parameter.grad).OfType<Tensor>()]);
        }
        catch (Exception error)
        {
            throw new GeneratorException($"the random network does not run by itself: {error}", error);
        }
    }

    private static void Finite(IEnumerable<Tensor> values)
    {
        if (!values.All(value => value.isfinite().all().item<bool>()))
        {
            throw new InvalidOperationException("not a number");
        }
    }
}
