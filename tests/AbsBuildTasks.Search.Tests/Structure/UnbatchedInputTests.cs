using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

public sealed class UnbatchedInputTests
{
    public static TheoryData<Func<Module>, long[]> Batches => new()
    {
        { () => InstanceNorm1d(3), [2, 3, 8] },
        { () => InstanceNorm2d(3), [2, 3, 8, 8] },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public void One_example_alone_is_refused_and_a_batch_is_not(Func<Module> make, long[] shape)
    {
        using var layer = make();
        using var batch = zeros(shape);
        using var example = zeros(shape[1..]);

        Refuse("features.0", layer, batch);
        var error = Assert.Throws<AbsException>(() => Refuse("features.0", layer, example));

        Assert.Equal((AbsCodes.UnbatchedInput, "features.0"), (error.Code, error.Layer));
        Assert.StartsWith($"Layer 'features.0' ({layer.GetType().Name}) is given an input of shape [3, 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_take_any_number_of_dimensions_are_left_alone()
    {
        using var linear = Linear(3, 4);
        using var norm = BatchNorm1d(3);
        using var convolution = Conv2d(3, 4, 3);

        Refuse("fc", linear, zeros(3));
        Refuse("norm", norm, zeros(2, 3));
        Refuse("conv", convolution, zeros(3, 8, 8));
    }

    private static void Refuse(string name, Module module, Tensor input) => UnbatchedInput.Refuse(new KnownModule(name, module, Assert.Single(LayerKinds.All.Of(module))), input);
}
