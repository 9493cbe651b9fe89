using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Tasks;

/// <summary>An accepted plan that stays the plan of a model whose code has changed: someone says that it means the same.</summary>
/// <param name="Model">The model.</param>
/// <param name="Fingerprint">What the plan gets in place of its own.</param>
/// <param name="State">What <c>obj</c> holds of the model.</param>
/// <param name="Plan">The plan as it was.</param>
/// <param name="Changes">What changed since, a line each.</param>
internal sealed record KeptPlan(ModelItem Model, Fingerprint Fingerprint, ModelState State, CompressionPlan Plan, IReadOnlyList<string> Changes)
{
    // All else makes another search: a budget, data, starting weights, this package's own version.
    private static readonly string[] MaySayTheSame = ["code ", CodeWalk.Prefix, "resource:", "assembly:", "file:", "package:", "type "];

    /// <summary>The plan as it is from now on: its decisions, costs and metric are as they were.</summary>
    public CompressionPlan Now => Plan with { Fingerprint = Fingerprint.Hash };

    /// <summary>Changes that mean another search, whatever anyone says.</summary>
    public static IReadOnlyList<string> Against(IEnumerable<string> changes) =>
        [.. changes.Where(change => !Array.Exists(MaySayTheSame, start => change.StartsWith(start, StringComparison.Ordinal)))];

    /// <summary>Makes the plan's files anew, the weights byte for byte.</summary>
    /// <param name="store">Told the folder that they are in, before they become the model's in <c>obj</c>.</param>
    public void Take(Action<string> store)
    {
        var folder = State.CreateTemporaryFolder();
        try
        {
            foreach (var file in State.Files(Plan.Fingerprint))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            string In(string ending) => Path.Combine(folder, Model.Name + ending);
            PlanFile.Write(In(ResultFile.Plan.Suffix), Now);
            File.WriteAllText(In(ResultFile.Run.Suffix), KeptRun.Add(File.ReadAllText(In(ResultFile.Run.Suffix)), Plan.Fingerprint, Fingerprint.Hash, Changes));
            store(folder);
            if (State.SweepFile(Plan.Fingerprint) is var sweep && File.Exists(sweep))
            {
                SweepFile.Write(In(ResultFile.Sweep.Suffix), SweepFile.Read(sweep, Model.Name, Plan.Fingerprint) with { Fingerprint = Fingerprint.Hash });
            }

            if (NoiseFile.TryFind(State.Noise(Plan.Fingerprint), Model.Name) is { } noise && noise.IsOf(Plan))
            {
                NoiseFile.Write(NoiseFile.PathIn(folder, Model.Name), noise with { Fingerprint = Fingerprint.Hash });
            }

            State.Take(folder, Fingerprint);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
