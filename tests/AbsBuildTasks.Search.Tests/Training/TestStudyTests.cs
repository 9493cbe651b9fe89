using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Training;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Training;

public sealed class TestStudyTests
{
    // The answers are 0, 1, 1, 2.
    private static readonly Tensor Scores = tensor(new float[] { 5, 0, 0, 0, 5, 0, 0, 5, 0, 0, 0, 5 }).reshape(4, 3);

    [Fact]
    public void Classes_are_counted_over_batches_and_the_loss_is_the_mean_over_examples()
    {
        var study = new TestStudy(new LossTally(() => new Model((output, target) => target.to(ScalarType.Float32).mean())));

        Add(study, Scores, tensor(new long[] { 0, 0, 1, 1 }));
        Add(study, Scores[TensorIndex.Slice(0, 2)], tensor(new long[] { 0, 2 }));

        var test = study.Result();
        Assert.Equal([new RunClass(0, 3, 2), new RunClass(1, 2, 1), new RunClass(2, 1, 0)], test.Classes);
        Assert.Equal(0.666667, test.Loss!.Value, 6);
    }

    [Fact]
    public void Targets_that_are_no_classes_have_none()
    {
        Assert.Empty(Of(Scores, tensor(new long[] { 0, -100, 1, 1 })).Classes);
        Assert.Empty(Of(Scores, tensor(new long[] { 0, 3, 1, 1 })).Classes);
        Assert.Empty(Of(Scores, tensor(new float[] { 0, 1, 1, 1 })).Classes);
        Assert.Empty(Of(Scores.unsqueeze(2), tensor(new long[] { 0, 1, 1, 1 })).Classes);
        Assert.Empty(Of(Scores[TensorIndex.Colon, TensorIndex.Slice(0, 1)], tensor(new long[] { 0, 0, 0, 0 })).Classes);
    }

    [Fact]
    public void A_loss_that_fails_in_evaluation_or_is_no_number_is_not_known()
    {
        Assert.Null(Of(Scores, tensor(new long[] { 0, 1, 1, 2 }), (_, _) => throw new InvalidOperationException("only in training")).Loss);
        Assert.Null(Of(Scores, tensor(new long[] { 0, 1, 1, 2 }), (output, _) => output.sum() / 0).Loss);
        Assert.Equal(4, Of(Scores, tensor(new long[] { 0, 1, 1, 2 }), (_, _) => throw new InvalidOperationException()).Classes.Sum(one => one.Hits));
    }

    [Fact]
    public void A_loss_that_changes_its_values_or_disposes_of_them_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var (output, target) = (Scores.clone(), tensor(new long[] { 0, 1, 1, 1 }));

        var test = Of(output, target, (output, target) =>
        {
            _ = output.zero_();
            target.Dispose();
            return output.sum();
        });

        Assert.Equal([new RunClass(0, 1, 1), new RunClass(1, 3, 2)], test.Classes);
        Assert.True(output.eq(Scores).all().item<bool>());
        Assert.Equal([0, 1, 1, 1], target.data<long>().ToArray());
    }

    private static RunTest Of(Tensor output, Tensor target, Func<Tensor, Tensor, Tensor>? loss = null)
    {
        var study = new TestStudy(new LossTally(() => new Model(loss ?? ((_, _) => tensor(1f)))));
        Add(study, output, target);
        return study.Result();
    }

    private static void Add(TestStudy study, Tensor output, Tensor target) => study.Add([output], new Batch([output], [target]));

    private sealed class Model(Func<Tensor, Tensor, Tensor> loss) : IAbsModel
    {
        public Module CreateNetwork() => throw new NotSupportedException();

        public ModelData LoadData(ModelContext context) => throw new NotSupportedException();

        public Tensor Loss(Tensor output, Tensor target) => loss(output, target);
    }
}
