using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Targets;

/// <summary>The text of a target that a user describes. Its schema is docs/target.schema.json.</summary>
internal static class TargetJson
{
    /// <summary>The longest text that is read, in characters, and the largest file, in bytes. All pairs that there are take a tenth of it.</summary>
    public const int MaxLength = 64 * 1024;

    private const int Version = 1;
    private const int MaxMultiple = 1024;

    private static readonly (string Word, InputLevels Value)[] Activations = [("both", InputLevels.Both), ("signed", InputLevels.Signed)];
    private static readonly (string Word, WeightScales Value)[] Scales = [("layer", WeightScales.Layer), ("filter", WeightScales.Filter), ("both", WeightScales.Both)];

    /// <summary>Writes all values in one line, in a fixed order; of those that no search depends on, what differs from the default.</summary>
    public static string Write(Target target)
    {
        var json = new JObject { ["schemaVersion"] = Version, ["name"] = target.Name };
        if (target.Pairs is { } pairs)
        {
            json["pairs"] = new JArray(pairs.Select(pair => pair.ToString()));
        }

        json["quantizesSums"] = target.QuantizesSums;
        json["activations"] = Activations.Single(pair => pair.Value == target.Activations).Word;
        json["weightScales"] = Scales.Single(pair => pair.Value == target.WeightScales).Word;
        json["filterMultiple"] = target.FilterMultiple;
        if (target.InputMultiple != Target.AnyMultiple)
        {
            json["inputMultiple"] = target.InputMultiple;
        }

        if (target.Fuses.Count < Target.AllFuses.Count)
        {
            json["fuses"] = new JArray(target.Fuses);
        }

        return json.ToString(Formatting.None);
    }

    /// <summary>Reads a target.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sourceName">What it is called in messages: the file's path.</param>
    /// <exception cref="AbsException">ABS1012: not JSON, or no target; the message names line and property.</exception>
    public static Target Read(string text, string sourceName)
    {
        if (text.Length > MaxLength)
        {
            throw TooLong(sourceName);
        }

        try
        {
            var json = StrictJson.ReadObject(text);
            var target = Read(json);
            json.End();
            return target;
        }
        catch (JsonShapeException error)
        {
            throw new AbsException(AbsCodes.InvalidTarget, new SourcePlace(sourceName, error.Position.Line, error.Position.Column), $"{error.Message}; correct the target (docs/targets.md).", error);
        }
    }

    /// <summary>The error of a text or file that is too long to be a target.</summary>
    public static AbsException TooLong(string sourceName) =>
        new(AbsCodes.InvalidTarget, new SourcePlace(sourceName), $"a target of more than {MaxLength / 1024} KiB is not read; give just the properties that docs/targets.md lists.");

    private static Target Read(StrictObject json)
    {
        bool Has(string property) => json.Names.Contains(property);

        // Editors find the schema by it.
        _ = Has("$schema") ? json.String("$schema") : null;
        _ = json.Int("schemaVersion", Version, Version);
        var otherwise = new Target { Name = Name(json) };
        return otherwise with
        {
            Pairs = Has("pairs") ? Pairs(json) : otherwise.Pairs,
            QuantizesSums = Has("quantizesSums") ? json.Boolean("quantizesSums") : otherwise.QuantizesSums,
            Activations = Has("activations") ? Word(json, "activations", Activations) : otherwise.Activations,
            WeightScales = Has("weightScales") ? Word(json, "weightScales", Scales) : otherwise.WeightScales,
            FilterMultiple = Has("filterMultiple") ? json.Int("filterMultiple", 1, MaxMultiple) : otherwise.FilterMultiple,
            InputMultiple = Has("inputMultiple") ? json.Int("inputMultiple", 1, MaxMultiple) : otherwise.InputMultiple,
            Fuses = Has("fuses") ? Fuses(json) : otherwise.Fuses,
        };
    }

    private static string Name(StrictObject json)
    {
        var name = json.String("name");
        if (!Target.IsName(name))
        {
            throw json.Wrong("name", $"is not 1 to {Target.MaxNameLength} letters, digits, dots, hyphens and underscores");
        }

        return TargetTable.Find(name) is null ? name : throw json.Wrong("name", $"is \"{name}\", a target that is there without a file; give yours another name");
    }

    private static IReadOnlyList<BitPair> Pairs(StrictObject json)
    {
        var pairs = new SortedDictionary<(int, int), BitPair>();
        foreach (var text in json.Strings("pairs"))
        {
            var pair = BitPair.TryParse(text) ?? throw json.Wrong("pairs", $"has '{Printable.Shorten(text, 20)}', which is no pair; write bits of weights, a slash and bits of inputs, such as \"4/8\", each 2 to 16, or 32 for not quantised");
            if (pairs.ContainsKey((pair.Weights, pair.Activations)))
            {
                throw json.Wrong("pairs", $"has {pair} twice");
            }

            pairs.Add((pair.Weights, pair.Activations), pair);
        }

        return pairs.Count > 0 ? [.. pairs.Values] : throw json.Wrong("pairs", "is empty; list those that run, or leave pairs out where all do");
    }

    private static IReadOnlyList<string> Fuses(StrictObject json)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in json.Strings("fuses"))
        {
            if (!Target.AllFuses.Contains(name))
            {
                throw json.Wrong("fuses", $"has '{Printable.Shorten(name, 20)}', which is none of the operators that can fuse ({string.Join(", ", Target.AllFuses)})");
            }

            if (!names.Add(name))
            {
                throw json.Wrong("fuses", $"has {name} twice");
            }
        }

        return [.. Target.AllFuses.Where(names.Contains)];
    }

    private static T Word<T>(StrictObject json, string property, (string Word, T Value)[] words)
    {
        var text = json.String(property);
        var index = Array.FindIndex(words, pair => pair.Word == text);
        return index >= 0 ? words[index].Value : throw json.Wrong(property, $"is not {string.Join(" or ", words.Select(pair => $"\"{pair.Word}\""))}");
    }
}
