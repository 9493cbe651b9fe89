using AbsBuildTasks.Plans.Documents;
using TorchSharp.Modules;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Why a part of a network takes no part in the search, in a few words.</summary>
internal static class LeftAloneCause
{
    /// <summary>A native layer whose calls no hook sees.</summary>
    public const string NotCalled = "not run through call(), or on packed sequences";

    /// <summary>Attention of which it cannot be told how often a matrix is used.</summary>
    public const string SeveralLengths = "between sequences of several lengths";

    /// <summary>A parameter whose values another tensor has, too.</summary>
    public const string InOthersMemory = "in the memory of another tensor";

    /// <summary>A parameter that is no tensor of its own.</summary>
    public const string View = "a view of other values";

    /// <summary>A parameter that is not worth bits of its own.</summary>
    public const string Small = "less than a thousandth of the network's values";

    /// <summary>A parameter that loss or metric alone reads.</summary>
    public const string NotInOutputs = "the outputs do not depend on it";

    private const string SingleNumber = "a single number";
    private const string NotSingle = "not float32";
    private const string Norm = "a normalisation";
    private const string Beside = "what it has beside its matrices";
    private const string Product = "a product of activations";
    private const string Unknown = "the search knows no such layer";

    /// <summary>The cause.</summary>
    /// <param name="part">The part.</param>
    /// <param name="found">Causes that the look at the network has found, by the names of modules and parameters.</param>
    public static string Of(RestPlan part, IReadOnlyDictionary<string, string> found) =>
        found.TryGetValue(part.Name, out var cause) ? cause
        : found.FirstOrDefault(pair => pair.Key.StartsWith(part.Name + ".", StringComparison.Ordinal)).Value is { } inner ? inner
        : LeftAloneLayers.IsOwn(part) ? part.Parameters == 1 ? SingleNumber : NotSingle
        : LeftAloneLayers.IsRestOfLayers(part) ? Beside
        : LeftAloneLayers.IsNorm(part) ? Norm
        : part.Parameters == 0 ? Product
        : Unknown;
}
