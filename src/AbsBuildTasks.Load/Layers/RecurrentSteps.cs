namespace AbsBuildTasks.Search.Layers;

/// <summary>What the weights of a recurrent module are, by their names: which layer's, which direction's, and what they meet.</summary>
/// <param name="weights">The names, in the module's order.</param>
/// <param name="units">Hidden units of a layer.</param>
internal sealed class RecurrentSteps(string[] weights, int units)
{
    private const string ForInput = "weight_ih";
    private const string ForState = "weight_hh";

    // A layer's number stands behind this; cells have none.
    private const string Number = "_l";

    /// <summary>The names, in the module's order.</summary>
    public IReadOnlyList<string> Weights => weights;

    /// <summary>Hidden units of a layer.</summary>
    public int Units => units;

    /// <summary>The weights for what goes into the module, or comes from the layer before: one for each direction of each layer, the first first.</summary>
    public IReadOnlyList<string> ForInputs { get; } = [.. weights.Where(IsForInput)];

    /// <summary>Whether it runs in both directions.</summary>
    public bool IsBothWays { get; } = weights.Any(name => name.EndsWith("_reverse", StringComparison.Ordinal));

    /// <summary>
    /// Whether a hidden unit can go: all its rows, of all gates, are zero then, and so is its state, if it begins so. Each direction
    /// has units of its own.
    /// </summary>
    public bool CanPrune => weights.All(name => IsForInput(name) || IsForState(name));

    /// <summary>The weights that give the module's results: one for each direction.</summary>
    public IReadOnlyList<string> ForResults => OfLayer((ForInputs.Count / Directions) - 1);

    /// <summary>Whether a weight meets hidden states.</summary>
    public static bool IsForState(string name) => name.StartsWith(ForState, StringComparison.Ordinal);

    /// <summary>Whether a weight meets what goes into the module.</summary>
    public static bool TakesInput(string name) => name is ForInput or ForInput + Number + "0" or ForInput + Number + "0_reverse";

    /// <summary>The weight for the input that belongs to a weight for states, or the weight itself.</summary>
    public static string PartnerOf(string name) => IsForState(name) ? ForInput + name[ForState.Length..] : name;

    /// <summary>The weights whose units a weight meets inside the module; none for one that meets what goes in.</summary>
    public IReadOnlyList<string> SourcesOf(string name) => IsForState(name) ? [PartnerOf(name)] : TakesInput(name) ? [] : OfLayer((ForInputs.ToList().IndexOf(name) / Directions) - 1);

    private int Directions => IsBothWays ? 2 : 1;

    private static bool IsForInput(string name) => name.StartsWith(ForInput, StringComparison.Ordinal);

    private IReadOnlyList<string> OfLayer(int layer) => [.. ForInputs.Skip(layer * Directions).Take(Directions)];
}
