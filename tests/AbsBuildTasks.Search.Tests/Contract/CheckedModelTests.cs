using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Metrics;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Contract;

public sealed class CheckedModelTests
{
    /// <summary>A default that it inherits would be used in place of what the model has.</summary>
    [Fact]
    public void Every_member_of_the_contract_is_the_models()
    {
        var map = typeof(CheckedModel).GetInterfaceMap(typeof(IAbsModel));

        Assert.NotEmpty(map.TargetMethods);
        Assert.All(map.TargetMethods, method => Assert.Equal(typeof(CheckedModel), method.DeclaringType));
    }

    [Fact]
    public void A_metric_that_is_started_twice_is_refused_as_it_has_seen_other_examples()
    {
        var metric = new RocAuc();
        var model = Checked(new StripesModel { Start = () => metric });

        Assert.NotNull(model.StartMetric());
        var error = Assert.Throws<AbsException>(() => model.StartMetric());

        Assert.Equal(AbsCodes.ModelCodeFailed, error.Code);
        Assert.Contains("StartMetric returned the RocAuc of an earlier call", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_leaves_gradients_on_is_named()
    {
        using var off = no_grad();
        var model = Checked(new StripesModel { Start = () => new Switching() });

        var error = Assert.Throws<AbsException>(() => model.StartMetric()!.Add([], []));

        Assert.Equal(AbsCodes.ModeChanged, error.Code);
        Assert.Contains(nameof(IAbsModel.StartMetric), error.Message, StringComparison.Ordinal);
    }

    private static CheckedModel Checked(IAbsModel model) => CheckedModel.Of(model, new ModelContext("/", []), (_, _) => { });

    private sealed class Switching : MetricAccumulator
    {
        public override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => _ = enable_grad();

        public override double Result() => 0;
    }
}
