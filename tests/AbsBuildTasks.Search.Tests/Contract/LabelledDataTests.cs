using AbsBuildTasks.Plans.Errors;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Contract;

public class LabelledDataTests
{
    [Fact]
    public void Inputs_without_their_targets_are_refused() =>
        Assert.Equal(AbsCodes.InvalidData, Assert.Throws<AbsException>(() => new LabelledData(zeros([3, 2]), zeros([2]))).Code);

    [Fact]
    public void No_examples_are_refused() =>
        Assert.Equal(AbsCodes.InvalidData, Assert.Throws<AbsException>(() => new LabelledData(zeros([0, 2]), zeros([0]))).Code);

    [Fact]
    public void Data_outlives_the_scope_it_was_made_in()
    {
        LabelledData data;
        using (NewDisposeScope())
        {
            data = new LabelledData(ones([3, 2]), zeros([3]));
        }

        Assert.Equal(6, data.Inputs.sum().item<float>());
    }
}
