using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

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

    [Fact]
    public void What_changes_the_first_input_leaves_all_others()
    {
        using var scope = NewDisposeScope();
        var data = new LabelledData([arange(8).to(ScalarType.Float32).reshape(4, 2), ones(4, 3)], [zeros(4), ones(4)]);
        var split = data.Reshaped(1, 2).Normalized(new ChannelStatistics([1.0], [2.0])).HoldOut(every: 2);

        Assert.Equal([2, 2], split.Train.AllInputs.Select(input => (int)input.shape[0]));
        Assert.Equal([1, 1, 2], [split.Test.AllTargets[1].min().item<float>(), split.Test.AllTargets[1].max().item<float>(), split.Test.AllTargets.Count]);
        Assert.Equal(3, split.Test.AllInputs[1].shape[1]);
    }
}
