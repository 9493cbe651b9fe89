using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Contract;

/// <summary>How far a network's outputs are from its teacher's, unless a model says otherwise.</summary>
public sealed class DistillationLossTests
{
    private static readonly IAbsModel Model = new AnyModel();

    [Fact]
    public void The_same_probabilities_are_no_distance_apart_and_pull_nowhere()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var wanted = randn([5, 7]);
        var outputs = (wanted + 3).requires_grad_();

        var loss = Model.DistillationLoss([outputs], [wanted]);
        loss.backward();

        Assert.Equal(0, loss.item<float>(), 1e-6);
        Assert.All(outputs.grad!.data<float>().ToArray(), gradient => Assert.Equal(0, gradient, 1e-6));
    }

    [Fact]
    public void It_is_the_divergence_of_class_probabilities_over_examples()
    {
        using var scope = NewDisposeScope();

        // Teacher: 3/4 and 1/4, then 1/2 each. Network: 1/2 each, then 4/5 and 1/5.
        var wanted = tensor([MathF.Log(3), 0, 0, 0]).reshape(2, 2);
        var outputs = tensor([0, 0, MathF.Log(4), 0]).reshape(2, 2);
        var first = (0.75 * Math.Log(0.75 / 0.5)) + (0.25 * Math.Log(0.25 / 0.5));
        var second = (0.5 * Math.Log(0.5 / 0.8)) + (0.5 * Math.Log(0.5 / 0.2));

        Assert.Equal((first + second) / 2, Model.DistillationLoss([outputs], [wanted]).item<float>(), 1e-6);
    }

    private sealed class AnyModel : IAbsModel
    {
        public Module CreateNetwork() => throw new NotSupportedException();

        public ModelData LoadData(ModelContext context) => throw new NotSupportedException();
    }
}
