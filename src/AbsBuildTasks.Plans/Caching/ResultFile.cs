using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>
/// A kind of file that a search leaves: a model's name and an ending. Workers' results, the state in <c>obj</c>, both
/// caches and their checks go over <see cref="All"/>.
/// </summary>
/// <param name="suffix">The ending.</param>
internal sealed class ResultFile(string suffix)
{
    /// <summary>Bytes of any kind at most.</summary>
    public const long LargestLength = 2L << 30;

    /// <summary>The compressed weights.</summary>
    public static ResultFile Weights { get; } = new(".weights.zip") { MaxLength = LargestLength, IsDelivered = true, Problem = ResultChecks.OfWeights };

    /// <summary>The record of how the search ran.</summary>
    public static ResultFile Run { get; } = new(".run.json") { MaxLength = RunHistory.MaxLength };

    /// <summary>What the budgets of a sweep came to. An entry of a cache that says why a point has no plan holds this alone.</summary>
    public static ResultFile Sweep { get; } = new(".sweep.json") { MaxLength = SweepFile.MaxLength, StandsAlone = true, Problem = ResultChecks.OfSweep };

    /// <summary>What a stage of searches came to, under the stage's name in place of a model's. Its own hash and form are checked by the search that takes it.</summary>
    public static ResultFile Stage { get; } = new(".stage") { MaxLength = LargestLength, StandsAlone = true, IsStage = true };

    /// <summary>The plan, which every search has.</summary>
    public static ResultFile Plan { get; } = new(".plan.json") { MaxLength = PlanJson.MaxLength, IsDelivered = true, Problem = ResultChecks.OfPlan, SharingProblem = ResultChecks.OfEarlyEnd };

    /// <summary>The compressed network for ONNX runtimes. No search leaves it: it is made of the weights, and caches hold it under what it is made of.</summary>
    public static ResultFile Onnx { get; } = new(".onnx") { MaxLength = LargestLength, IsDelivered = true, StandsAlone = true, IsStage = true };

    /// <summary>What a build says of the file for ONNX runtimes; comes and goes with it.</summary>
    public static ResultFile OnnxRecord { get; } = new(DeliveredFile.RecordSuffix) { MaxLength = OnnxRecordJson.MaxLength, StandsAlone = true, IsStage = true, Leader = Onnx, Problem = ResultChecks.OfOnnx };

    /// <summary>Every kind that a cache may hold, the plan last: whoever finds a plan finds the other files.</summary>
    public static IReadOnlyList<ResultFile> All { get; } = [Weights, Run, Sweep, Stage, OnnxRecord, Onnx, Plan];

    /// <summary>The ending, such as <c>.plan.json</c>.</summary>
    public string Suffix { get; } = suffix;

    /// <summary>Bytes at most: what reads the file reads no more.</summary>
    public required long MaxLength { get; init; }

    /// <summary>Whether it goes wherever the model's assembly goes (<c>AbsBuildTasks.Flow.targets</c>).</summary>
    public bool IsDelivered { get; init; }

    /// <summary>Whether it is none of those that belong to a plan.</summary>
    public bool StandsAlone { get; init; }

    /// <summary>The kind that it comes and goes with, where that stands alone; null for none.</summary>
    public ResultFile? Leader { get; init; }

    /// <summary>Whether it is a part of the work that a search or a build needs not do again, and no answer of a search.</summary>
    public bool IsStage { get; init; }

    /// <summary>What keeps a file that is there from being one of a search, in some words; null where nothing does, or it says nothing of a search.</summary>
    public Func<ResultPlace, string?> Problem { get; init; } = _ => null;

    /// <summary>What keeps a sound file from being one that other builds may take; null where nothing does.</summary>
    public Func<ResultPlace, string?> SharingProblem { get; init; } = _ => null;

    /// <summary>The kind of a file; null where it is none.</summary>
    public static ResultFile? Of(string name) => All.FirstOrDefault(kind => kind.Is(name));

    /// <summary>The names of the files of a model's search, the plan's last.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="alone">The one file that is meant instead, with those that come and go with it; null for none.</param>
    public static IReadOnlyList<string> NamesOf(string model, ResultFile? alone = null) =>
        [.. All.Where(kind => alone is null ? !kind.StandsAlone : kind == alone || kind.Leader == alone).Select(kind => model + kind.Suffix)];

    /// <summary>Whether files are all that an entry of a cache has that holds no plan.</summary>
    public static bool StandAlone(IReadOnlyCollection<string> names) =>
        names.Select(Of).FirstOrDefault(kind => kind is { StandsAlone: true, Leader: null }) is { } alone
        && names.First(alone.Is) is var name
        && names.OrderBy(each => each, StringComparer.Ordinal).SequenceEqual(NamesOf(name.Substring(0, name.Length - alone.Suffix.Length), alone).OrderBy(each => each, StringComparer.Ordinal));

    /// <summary>Whether a name is a plain file name that a cache may hold.</summary>
    public static bool IsAllowed(string name)
    {
        if (Of(name) is not { } kind)
        {
            return false;
        }

        try
        {
            ModelName.Validate(name.Substring(0, name.Length - kind.Suffix.Length));
            return true;
        }
        catch (AbsException)
        {
            return false;
        }
    }

    /// <summary>Whether a file is of this kind.</summary>
    public bool Is(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);
}
