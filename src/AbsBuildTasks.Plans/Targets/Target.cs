using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Targets;

/// <summary>What the runtime or the hardware can do that will run a network: a plan holds nothing else.</summary>
/// <remarks>Targets are equal when all their values are: <see cref="ToString"/> has them all.</remarks>
internal sealed record Target
{
    /// <summary>The setting that names a target. MSBuild keeps the plain word for itself.</summary>
    private const string SettingName = "DeployTarget";

    /// <summary>The most characters of a name.</summary>
    public const int MaxNameLength = 50;

    /// <summary>The multiple where any number is as good.</summary>
    public const int AnyMultiple = 1;

    /// <summary>The operators that a runtime can make part of a quantiser: they do nothing but clip.</summary>
    public static IReadOnlyList<string> AllFuses { get; } = ["Relu", "Clip"];

    /// <summary>The name, as it stands in plans.</summary>
    public required string Name { get; init; }

    /// <summary>The pairs of bits that run, in ascending order; null for any.</summary>
    public IReadOnlyList<BitPair>? Pairs { get; init; }

    /// <summary>Whether sums, concatenations and means of quantised values run on quantised values, too.</summary>
    public bool QuantizesSums { get; init; }

    /// <summary>Which levels inputs have.</summary>
    public InputLevels Activations { get; init; }

    /// <summary>How many scales the weights of a layer may have.</summary>
    public WeightScales WeightScales { get; init; }

    /// <summary>The multiple of filters that is fast; 1 where any number is as good.</summary>
    public int FilterMultiple { get; init; } = AnyMultiple;

    /// <summary>The multiple of input channels that convolutions on integers take at a time; 1 where any number is as good.</summary>
    public int InputMultiple { get; init; } = AnyMultiple;

    /// <summary>The operators behind a layer on integers that become part of it, of <see cref="AllFuses"/> and in that order.</summary>
    public IReadOnlyList<string> Fuses { get; init; } = AllFuses;

    /// <summary>The target as far as a search, and so a plan, depends on it: the multiple of inputs and what fuses form the ONNX file alone.</summary>
    public Target Searched => this with { InputMultiple = AnyMultiple, Fuses = AllFuses };

    /// <summary>The pairs for messages: <c>4/8, 8/8</c>, or <c>any pair</c>.</summary>
    public string PairWords => Pairs is null ? "any pair" : string.Join(", ", Pairs);

    /// <summary>The target with what it runs: <c>DeployTarget="npu-int8", which runs 8/8 and multiples of 16 filters</c>.</summary>
    public string Words => FormattableString.Invariant($"DeployTarget=\"{Name}\", which runs {PairWords}{(FilterMultiple > AnyMultiple ? FormattableString.Invariant($" and multiples of {FilterMultiple} filters") : "")}");

    /// <summary>Reads the name of a target of <see cref="TargetTable"/>, or a target's JSON.</summary>
    /// <exception cref="AbsException">ABS1011: there is none of this name. ABS1012: it is no target.</exception>
    public static Target Parse(string text) =>
        TargetTable.Find(text) ?? (text.StartsWith("{", StringComparison.Ordinal) ? TargetJson.Read(text, SettingName) : throw Unknown(text));

    /// <summary>Whether a text can be a name: letters, digits, dots, hyphens and underscores, which need no care wherever they are shown.</summary>
    public static bool IsName(string text) => text.Length is >= 1 and <= MaxNameLength && text.All(character => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '-' or '_');

    /// <summary>Whether layers with these bits run.</summary>
    public bool Runs(BitPair pair) => Pairs?.Contains(pair) ?? true;

    /// <inheritdoc />
    public bool Equals(Target? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);

    /// <summary>The name of a target of <see cref="TargetTable"/>, and otherwise the target's JSON, in one line: what <see cref="Parse"/> reads.</summary>
    public override string ToString() => TargetTable.Find(Name) is null ? TargetJson.Write(this) : Name;

    private static AbsException Unknown(string text) => new(
        AbsCodes.TargetNotFound,
        $"{SettingName}=\"{Printable.Escape(text)}\" is neither a target ({Choice.AnyOf([.. TargetTable.All.Select(target => target.Name)])}) nor a file in the project's folder; correct the name or the path.");
}
