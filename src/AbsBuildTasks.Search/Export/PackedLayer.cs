using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Quantization;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Search.Export;

/// <summary>A layer whose kept filters' weights are stored as levels of their grid.</summary>
/// <param name="Name">The layer's path in the network.</param>
/// <param name="WeightBits">Bits of each stored level.</param>
/// <param name="WeightGrid">The weights' grid.</param>
/// <param name="WeightInterval">The weights' clipping interval.</param>
/// <param name="ActivationBits">Bits of each input activation.</param>
/// <param name="ActivationGrid">The inputs' grid.</param>
/// <param name="ActivationInterval">The inputs' clipping interval.</param>
/// <param name="Shape">The whole weight, <c>[filters, inputs/groups, …kernel]</c>.</param>
/// <param name="KeptFilters">Filters that are stored; the others are zero.</param>
/// <param name="LiveInputs">Inputs, along the weight's second dimension, that are stored; the others meet only zeros.</param>
/// <param name="Levels">The stored levels.</param>
internal sealed record PackedLayer(
    string Name,
    int WeightBits,
    QuantizationGrid WeightGrid,
    float WeightInterval,
    int ActivationBits,
    QuantizationGrid ActivationGrid,
    float ActivationInterval,
    IReadOnlyList<long> Shape,
    FilterRanges KeptFilters,
    FilterRanges LiveInputs,
    StoredBlob Levels)
{
    /// <summary>Whether levels are signed: on a grid around zero.</summary>
    public bool IsSigned => WeightGrid == QuantizationGrid.Symmetric;

    /// <summary>How many levels are stored.</summary>
    public long Count => checked(Shape.Skip(2).Aggregate((long)KeptFilters.Count * LiveInputs.Count, (product, side) => product * side));

    /// <summary>The layer as JSON.</summary>
    public JObject ToJson() => new()
    {
        ["name"] = Name,
        ["weightBits"] = WeightBits,
        ["weightGrid"] = WeightGrid.Name,
        ["weightInterval"] = WeightInterval,
        ["activationBits"] = ActivationBits,
        ["activationGrid"] = ActivationGrid.Name,
        ["activationInterval"] = ActivationInterval,
        ["shape"] = new JArray(Shape),
        ["keptFilters"] = KeptFilters.ToString(),
        ["liveInputs"] = LiveInputs.ToString(),
        ["levels"] = Levels.ToJson(),
    };

    /// <summary>Reads a layer and checks its ranges.</summary>
    public static PackedLayer FromJson(JToken json)
    {
        var layer = new PackedLayer(
            json.Value<string>("name")!,
            json.Value<int>("weightBits"),
            QuantizationGrid.Named(json.Value<string>("weightGrid")!),
            json.Value<float>("weightInterval"),
            json.Value<int>("activationBits"),
            QuantizationGrid.Named(json.Value<string>("activationGrid")!),
            json.Value<float>("activationInterval"),
            [.. json.Value<JArray>("shape")!.Select(side => (long)side)],
            FilterRanges.Parse(json.Value<string>("keptFilters")!),
            FilterRanges.Parse(json.Value<string>("liveInputs")!),
            StoredBlob.FromJson(json["levels"]!));

        var valid = layer.WeightBits is >= 1 and <= Plans.Settings.BitChain.MaxBits
            && layer.ActivationBits is >= 1 and <= Plans.Settings.BitChain.MaxBits
            && float.IsFinite(layer.WeightInterval) && layer.WeightInterval > 0
            && float.IsFinite(layer.ActivationInterval) && layer.ActivationInterval > 0
            && layer.Shape.Count >= 2 && layer.Shape.All(side => side is > 0 and <= int.MaxValue)
            && layer.KeptFilters.Last < layer.Shape[0] && layer.LiveInputs.Last < layer.Shape[1]
            && layer.Levels.Length == BitPacking.Length(layer.Count, layer.WeightBits);
        return valid ? layer : throw WeightManifest.Invalid($"layer '{layer.Name}' has values out of range");
    }
}
