using System.Text.Json;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;

namespace AbsBuildTasks.Search.Export;

/// <summary>A layer whose kept filters' weights are stored as levels of their grid, or as float32 where they are not quantised.</summary>
/// <param name="Name">The layer's path in the network.</param>
/// <param name="WeightBits">Bits of each stored level; 32 for float32.</param>
/// <param name="WeightGrid">The weights' grid; null at 32 bits.</param>
/// <param name="WeightInterval">The weights' clipping interval.</param>
/// <param name="ActivationBits">Bits of each input activation; 32 where they are not quantised.</param>
/// <param name="ActivationGrid">The inputs' grid; null at 32 bits.</param>
/// <param name="ActivationInterval">The inputs' clipping interval.</param>
/// <param name="Shape">The whole weight, <c>[filters, inputs/groups, …kernel]</c> also where the layer keeps it otherwise.</param>
/// <param name="Groups">Groups that filters and inputs are split into.</param>
/// <param name="KeptFilters">Filters that are stored; the others are zero.</param>
/// <param name="LiveInputs">Input channels, over all groups, that are stored; the others meet only zeros.</param>
/// <param name="Levels">The stored levels.</param>
internal sealed record PackedLayer(
    string Name,
    int WeightBits,
    QuantizationGrid? WeightGrid,
    float WeightInterval,
    int ActivationBits,
    QuantizationGrid? ActivationGrid,
    float ActivationInterval,
    IReadOnlyList<long> Shape,
    int Groups,
    FilterRanges KeptFilters,
    FilterRanges LiveInputs,
    StoredBlob Levels)
{
    /// <summary>Whether levels are signed: on a grid around zero.</summary>
    public bool IsSigned => WeightGrid == QuantizationGrid.Symmetric;

    /// <summary>How many levels are stored.</summary>
    /// <remarks>Of a shape that is known to be the network's: it goes through all filters and inputs.</remarks>
    public long Count => checked(Shape.Skip(2).Aggregate((long)StoredPairs().Count(), (product, side) => product * side));

    /// <summary>Whether the stored levels are as long as the rest says; of a shape that is known to be the network's.</summary>
    public bool HasRightLength => Levels.Length == BitPacking.Length(Count, WeightBits);

    /// <summary>
    /// What is stored, in order: each kept filter with each live input of its group, as indices into the weight's first two
    /// dimensions taken as one.
    /// </summary>
    public IEnumerable<long> StoredPairs()
    {
        var (filters, inputs) = (Shape[0] / Groups, Shape[1]);
        var live = LiveInputs.ToLookup(input => input / inputs, input => input % inputs);
        return KeptFilters.SelectMany(filter => live[filter / filters].Select(input => (filter * inputs) + input));
    }

    /// <summary>Writes the layer.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteNumber("weightBits", WeightBits);
        json.WriteString("weightGrid", WeightGrid?.Name ?? PlanGrids.Float);
        json.WriteNumber("weightInterval", WeightInterval);
        json.WriteNumber("activationBits", ActivationBits);
        json.WriteString("activationGrid", ActivationGrid?.Name ?? PlanGrids.Float);
        json.WriteNumber("activationInterval", ActivationInterval);
        json.WriteSides("shape", Shape);
        json.WriteNumber("groups", Groups);
        json.WriteString("keptFilters", KeptFilters.ToString());
        json.WriteString("liveInputs", LiveInputs.ToString());
        json.WritePropertyName("levels");
        Levels.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Reads a layer and checks its ranges, without going through what they say there is: nobody knows yet if a network has as much.</summary>
    public static PackedLayer Read(JsonElement json)
    {
        var layer = new PackedLayer(
            json.Text("name"),
            json.Part("weightBits").GetInt32(),
            Grid(json.Text("weightGrid")),
            json.Part("weightInterval").GetSingle(),
            json.Part("activationBits").GetInt32(),
            Grid(json.Text("activationGrid")),
            json.Part("activationInterval").GetSingle(),
            json.Sides("shape"),
            json.Part("groups").GetInt32(),
            FilterRanges.Parse(json.Text("keptFilters")),
            FilterRanges.Parse(json.Text("liveInputs")),
            StoredBlob.Read(json.Part("levels")));

        var valid = IsValid(layer.WeightBits, layer.WeightGrid)
            && IsValid(layer.ActivationBits, layer.ActivationGrid)
            && float.IsFinite(layer.WeightInterval) && layer.WeightInterval > 0
            && float.IsFinite(layer.ActivationInterval) && layer.ActivationInterval > 0
            && layer.Shape.Count >= 2 && layer.Shape.All(side => side is > 0 and <= int.MaxValue)
            && layer.Groups > 0 && layer.Shape[0] % layer.Groups == 0
            && layer.KeptFilters.Last < layer.Shape[0] && layer.LiveInputs.Last < layer.Shape[1] * layer.Groups;
        return valid ? layer : throw WeightManifest.Invalid($"layer '{WeightManifest.Shown(layer.Name)}' has values out of range");

        static QuantizationGrid? Grid(string name) => name == PlanGrids.Float ? null : QuantizationGrid.Named(name);

        static bool IsValid(int bits, QuantizationGrid? grid) => grid is null ? bits == CostModel.FullPrecisionBits : bits is >= 1 and <= BitChain.MaxBits;
    }
}
