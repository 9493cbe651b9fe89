using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tasks;

/// <summary>The further plans of a model: from a cache, or a search. Nothing of them stays in <c>obj</c>: what counts is what they came to.</summary>
/// <param name="task">Receives messages and warnings.</param>
/// <param name="search">Makes plans.</param>
/// <param name="together">Which searches run at the same time.</param>
/// <param name="stateDirectory">The project's folder in <c>obj</c>.</param>
/// <param name="fingerprintOf">The fingerprint of a model with other settings.</param>
/// <param name="mayRun">Whether plans that are in no cache are made.</param>
/// <param name="cancellation">Ends all of it.</param>
internal sealed class ModelPoints(AbsTask task, PlanSearch search, SideBySide together, string stateDirectory, Func<ModelItem, Fingerprint> fingerprintOf, bool mayRun, CancellationToken cancellation)
{
    private readonly Dictionary<PlanPoint, Fingerprint> _fingerprints = [];
    private readonly Dictionary<PlanPoint, PointOutcome> _found = [];
    private IReadOnlyList<string> _all = [];

    /// <summary>Makes the model's own plan and, where searches run at once, the others at the same time. Where they do not, the others are made when they are asked for.</summary>
    /// <param name="ownFingerprint">The fingerprint of the model's own plan.</param>
    /// <param name="points">The others.</param>
    /// <param name="isOwnFirst">Whether the others wait for the model's own plan, as that trains anew what they begin with.</param>
    /// <param name="own">Makes the model's own plan, given the fingerprints of all, as no search removes what another has left.</param>
    public void RunBeside(string ownFingerprint, IReadOnlyList<PlanPoint> points, bool isOwnFirst, Action<IReadOnlyList<string>> own)
    {
        foreach (var point in points)
        {
            _fingerprints[point] = fingerprintOf(point.Model);
        }

        _all = [ownFingerprint, .. points.Select(point => _fingerprints[point].Hash)];
        Action[] others = mayRun && together.IsSeveral ? [.. points.Select(point => (Action)(() => _found[point] = In(point, wanted => Find(point, wanted))))] : [];
        if (isOwnFirst)
        {
            own(_all);
            together.All(others);
        }
        else
        {
            together.All([() => own(_all), .. others]);
        }
    }

    /// <summary>What a point came to.</summary>
    /// <param name="point">One of the points.</param>
    /// <param name="metric">The metric of the model's own plan, for the record of a miss.</param>
    public PointOutcome Of(PlanPoint point, PlanMetric metric) => _found.TryGetValue(point, out var known) && !known.IsNew ? known : In(point, wanted =>
    {
        var outcome = known ?? Find(point, wanted);
        if (outcome is { Miss: { } miss, IsNew: true })
        {
            search.KeepMiss(wanted, miss, metric, cancellation);
        }

        return outcome;
    });

    private PointOutcome Find(PlanPoint point, WantedPlan wanted)
    {
        task.Print($"abs: {point.Model.Name}: {point.Title}");
        return search.PointOf(wanted, mayRun, cancellation);
    }

    private PointOutcome In(PlanPoint point, Func<WantedPlan, PointOutcome> use)
    {
        var name = point.Model.Name;
        var wanted = new WantedPlan(point.Model, _fingerprints[point], new ModelState(stateDirectory, name).CreateTemporaryFolder())
        {
            Label = together.IsSeveral ? $"{name} [{point.Name}]" : name,
            Beside = _all,
        };
        try
        {
            return use(wanted);
        }
        catch (OperationCanceledException exception)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The build was cancelled before it had all plans of '{name}' that a Sweep or Seeds asks for; those it had are in the cache.", exception);
        }
        finally
        {
            Directory.Delete(wanted.Folder, recursive: true);
        }
    }
}
