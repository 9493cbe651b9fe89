using AbsBuildTasks.Plans.Errors;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

#pragma warning disable CA1822, CA1823, IDE0051, IDE0052 // Members that nobody calls are what this is about.
namespace AbsBuildTasks.Search.Tests.Contract;

public sealed class ContractMembersTests
{
    [Theory]
    [InlineData(typeof(Below), "Below.Metric(Tensor, Tensor) is never called: to C# it does not implement IAbsModel.Metric, of which the default is used instead; list the interface in Below's declaration, too: class Below : Base, IAbsModel, or rename it if it is not meant so.")]
    [InlineData(typeof(BelowWithName), "BelowWithName.MetricName is never called")]
    [InlineData(typeof(BelowWithAll), "list the interface in Middle's declaration, too: class Middle : Base, IAbsModel")]
    [InlineData(typeof(Hiding), "Hiding.Metric(Tensor, Tensor) is never called: to C# it does not implement IAbsModel.Metric, of which a base class's implementation is used instead; list the interface")]
    [InlineData(typeof(Private), "Private.Loss(Tensor, Tensor) is never called: to C# it does not implement IAbsModel.Loss, of which the default is used instead; make it public")]
    [InlineData(typeof(Static), "make it an instance member")]
    [InlineData(typeof(Field), "Field.MetricName is never called: to C# it does not implement IAbsModel.MetricName, of which the default is used instead; make it a property: public string MetricName => …")]
    [InlineData(typeof(Single), "Single.Metric(Tensor, Tensor) is never called")]
    [InlineData(typeof(OtherList), "OtherList.Metric(List<Tensor>, List<Tensor>) is never called: to C# it does not implement IAbsModel.Metric, of which the default is used instead; give it the contract's signature: public double Metric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)")]
    [InlineData(typeof(OtherForward), "OtherForward.Forward(Linear, Tensor) is never called")]
    [InlineData(typeof(Distilling), "Distilling.DistillationLoss(Tensor, Tensor) is never called")]
    [InlineData(typeof(Loading), "Loading.LoadWeights(Module, String) is never called")]
    public void A_member_that_is_never_called_is_named_with_the_remedy(Type model, string says)
    {
        var error = Assert.Throws<AbsException>(() => ContractMembers.Check(model, (_, text) => Assert.Fail(text)));

        Assert.Equal(AbsCodes.MemberNotCalled, error.Code);
        Assert.Contains(says.Replace("String", "string", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_has_only_the_name_in_common_is_warned_of()
    {
        var warnings = new List<string>();

        ContractMembers.Check(typeof(OnlyName), (code, text) => warnings.Add($"{code} {text}"));

        Assert.StartsWith("ABS2028 OnlyName.Metric(Single) is never called", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(Base))]
    [InlineData(typeof(Listed))]
    [InlineData(typeof(Explicit))]
    [InlineData(typeof(Overriding))]
    [InlineData(typeof(Template))]
    [InlineData(typeof(Inherited))]
    [InlineData(typeof(Overloaded))]
    [InlineData(typeof(NetworkAndModel))]
    [InlineData(typeof(FromFile))]
    [InlineData(typeof(Unlabelled))]
    public void Members_that_are_called_are_left_alone(Type model) => ContractMembers.Check(model, (_, text) => Assert.Fail(text));

    private sealed class FromFile : IAbsModel
    {
        public Module CreateNetwork(ModelContext context) => Linear(1, 1);

        public ModelData LoadData(ModelContext context) => null!;
    }

    private sealed class Unlabelled : UnlabelledModel
    {
        public override string MetricName => "other";

        public override Module CreateNetwork(ModelContext context) => Linear(1, 1);

        public override UnlabelledData LoadInputs(ModelContext context) => null!;

        public override double Metric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => 0;
    }

    private class Base : IAbsModel
    {
        public Module CreateNetwork() => Linear(1, 1);

        public ModelData LoadData(ModelContext context) => null!;
    }

    private sealed class Below : Base
    {
        public double Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class BelowWithName : Base
    {
        public string MetricName => "f1";
    }

    private class Middle : Base
    {
        public Tensor Loss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => outputs[0];
    }

    private sealed class BelowWithAll : Middle;

    private class WithMetric : Base, IAbsModel
    {
        public double Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class Hiding : WithMetric
    {
        public new double Metric(Tensor output, Tensor target) => 1;
    }

    private sealed class Private : Base, IAbsModel
    {
        private Tensor Loss(Tensor output, Tensor target) => output;
    }

    private sealed class Static : Base, IAbsModel
    {
        public static double Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class Field : Base, IAbsModel
    {
        public const string MetricName = "psnr";
    }

    private sealed class Single : Base, IAbsModel
    {
        public float Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class OtherList : Base, IAbsModel
    {
        public double Metric(List<Tensor> outputs, List<Tensor> targets) => outputs.Count + targets.Count;
    }

    private sealed class OtherForward : Base, IAbsModel
    {
        public Tensor Forward(TorchSharp.Modules.Linear network, Tensor input) => network.call(input);
    }

    private sealed class Distilling : Base, IAbsModel
    {
        public Tensor DistillationLoss(Tensor output, Tensor wanted) => output - wanted;
    }

    private sealed class Loading : Base
    {
        public void LoadWeights(Module network, string file) => network.load(file);
    }

    private sealed class OnlyName : Base, IAbsModel
    {
        public static double Metric(float share) => share;
    }

    private sealed class Listed : Base, IAbsModel
    {
        public string MetricName => "f1";

        public double Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class Explicit : Base, IAbsModel
    {
        double IAbsModel.Metric(Tensor output, Tensor target) => Metric(output, target);

        private static double Metric(Tensor output, Tensor target) => (output - target).item<float>();
    }

    private class Virtual : Base, IAbsModel
    {
        public virtual double Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class Overriding : Virtual
    {
        public override double Metric(Tensor output, Tensor target) => 1;
    }

    private class Forwarding : Base, IAbsModel
    {
        double IAbsModel.Metric(Tensor output, Tensor target) => Metric(output, target);

        protected virtual double Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class Template : Forwarding
    {
        protected override double Metric(Tensor output, Tensor target) => 1;
    }

    private class NoModel
    {
        public double Metric(Tensor output, Tensor target) => 0;
    }

    private sealed class Inherited : NoModel, IAbsModel
    {
        public Module CreateNetwork() => Linear(1, 1);

        public ModelData LoadData(ModelContext context) => null!;
    }

    private sealed class Overloaded : Base, IAbsModel
    {
        public Tensor Loss(Tensor output, Tensor target) => Loss(output, target, 1);

        private static Tensor Loss(Tensor output, Tensor target, float weight) => (output - target) * weight;
    }

    private sealed class NetworkAndModel() : Module<Tensor, Tensor>("both"), IAbsModel
    {
        public Module CreateNetwork() => new NetworkAndModel();

        public ModelData LoadData(ModelContext context) => null!;

        public override Tensor forward(Tensor input) => input;
    }
}
