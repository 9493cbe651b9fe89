using AbsBuildTasks.Search.Import;
using AbsBuildTasks.Search.Onnx;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Import;

public sealed class LayerNamesTests
{
    [Fact]
    public void Equal_names_are_numbered_and_skip_those_that_are_taken()
    {
        var names = new LayerNames();

        Assert.Equal(["conv", "conv_2", "conv_3", "conv_4", "conv_2_2", "conv_5"], new[] { "conv", "conv_2", "conv", "conv", "conv_2", "conv" }.Select(names.Unique));
    }

    [Theory]
    [InlineData("", "conv1_weight.1", "/net/conv1/Conv", "net_conv1")]
    [InlineData("", "net.conv1.weight", "/net/conv1/Conv", "net_conv1")]
    [InlineData("net.conv2.bias", "x", "", "net_conv2")]
    public void A_layer_has_the_name_of_its_weight_its_bias_or_its_node(string bias, string weight, string node, string expected) =>
        Assert.Equal(expected, new LayerNames().Of(new OnnxNode { Name = node, OpType = "Conv", Inputs = ["x", weight, bias], Outputs = ["y"] }));
}
