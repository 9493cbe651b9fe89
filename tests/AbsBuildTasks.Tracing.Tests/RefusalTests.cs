using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class RefusalTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Wrongs = new()
    {
        ["item"] = x => x * x.mean().item<float>(),
        ["data"] = x => x * x.sum().data<float>()[0],
        ["rand_like"] = x => x + rand_like(x),
        ["randn"] = x => x + randn(6),
        ["index_put_"] = x =>
        {
            var y = x.clone();
            y[TensorIndex.Colon, TensorIndex.Single(0)] = x.sum(1);
            return y;
        },
        ["view"] = x =>
        {
            var y = x + 1;
            y.narrow(1, 0, 2).mul_(2);
            return y.sum(1);
        },
        ["batch size"] = x => x + arange(6 * x.shape[0]).reshape(-1, 6),
        ["branch"] = x => x.shape[0] == 3 ? x.relu() : x.sigmoid(),
        ["count"] = x => x.shape[0] == 3 ? x.relu().relu() : x.relu(),
        ["half"] = x => x.narrow(0, 0, Math.Max(1, x.shape[0] / 3)).sum(0, keepdim: true) + x,
        ["own tensor"] = x => Held.Own.add_(x.mean()) + x,
        ["softplus"] = x => functional.softplus(x, 1, 1),
        ["histc"] = x => x.histc(4),
        ["experts"] = x => x.index_add(0, x.argmax(1).eq(1).nonzero().squeeze(1), x.index_select(0, x.argmax(1).eq(1).nonzero().squeeze(1)), 1),
    };

    /// <summary>How many networks are refused here.</summary>
    internal static int Count => Wrongs.Count;

    [Theory]
    [InlineData("item", "reads values that depend on the input into C#")]
    [InlineData("data", "data (<>c.<.cctor>")]
    [InlineData("rand_like", "draws random numbers")]
    [InlineData("randn", "draws random numbers")]
    [InlineData("index_put_", "in place in a way that a graph cannot")]
    [InlineData("view", "changed in place through a view")]
    [InlineData("batch size", "depends on the batch in a way that was not seen")]
    [InlineData("branch", "where sigmoid runs for 7")]
    [InlineData("count", "2 functions for 3 examples, but 1 for 7")]
    [InlineData("half", "takes the number 1 for 3 examples, but 2 for 7")]
    [InlineData("own tensor", "changes a tensor of the network in place")]
    [InlineData("softplus", "or a low threshold")]
    [InlineData("histc", "histc (<>c.<.cctor>")]
    [InlineData("experts", "nonzero (<>c.<.cctor>")]
    public void What_a_graph_cannot_say_is_refused_with_its_name(string name, string expected)
    {
        var refused = Assert.Throws<RefusedException>(() => Rewritten.Run<byte[]>(Export, name));

        Assert.Equal(AbsCodes.NotExportable, refused.Code);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_names_the_file_and_the_line() =>
        Assert.Matches(@"data \(<>c\.<\.cctor>\w+, RefusalTests\.cs:13\)", Assert.Throws<RefusedException>(() => Rewritten.Run<byte[]>(Export, "item")).Message);

    [Fact]
    public void A_failure_of_torch_stays_what_it_is() =>
        Assert.Contains("Padding size 2 is not supported", Assert.ThrowsAny<Exception>(() => Rewritten.Run<byte[]>(() => Write(new FunctionNetwork(x => functional.pad(x, [9, 9], TorchSharp.PaddingModes.Reflect)), rand(6, 1, 2, 3)))).GetBaseException().Message, StringComparison.Ordinal);

    private static byte[] Export(string name) => Write(new FunctionNetwork(Wrongs[name]), randn(6, 6));

    private static byte[] Write(FunctionNetwork network, Tensor examples)
    {
        using var noGradient = no_grad();
        return FloatExport.Write(Exported.Trace(network, examples)).ToModel("").ToBytes();
    }

    /// <summary>Made only where a network takes it: in the copy, where torch is there.</summary>
    private static class Held
    {
        public static readonly Tensor Own = zeros(6);
    }
}
