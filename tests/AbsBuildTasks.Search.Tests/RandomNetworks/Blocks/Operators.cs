using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>What makes one signal of two alike.</summary>
internal static class Operators
{
    public static readonly (string Name, Func<Tensor, Tensor, Tensor> Call) Sum = ("a + b", (a, b) => a + b);

    private static readonly (string Name, Func<Tensor, Tensor, Tensor> Call)[] All =
    [
        Sum,
        Sum,
        Sum,
        ("a - b", (a, b) => a - b),
        ("a - b", (a, b) => a - b),
        ("|a - b|", (a, b) => (a - b).abs()),
        ("a * b", (a, b) => a * b),
        ("a * sigmoid(b)", (a, b) => a * b.sigmoid()),
        ("a * (1 + b)", (a, b) => a * (1 + b)),
        ("max(a, b)", (a, b) => a.maximum(b)),
        ("min(a, b)", (a, b) => a.minimum(b)),
        ("where(a > b, a, 0.5 b)", (a, b) => where(a > b, a, 0.5 * b)),
        ("lerp", (a, b) => a.lerp(b, tensor(0.3f))),
        ("(a + b) / 2, in place", (a, b) => (a + 0).add_(b).mul_(0.5)),
        ("a / (1 + |b|)", (a, b) => a / (1 + b.abs())),
    ];

    public static (string Name, Func<Tensor, Tensor, Tensor> Call) Pick(Dice dice) => dice.Pick(All);
}
