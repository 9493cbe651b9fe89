using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>What keeps files from being those of a search, in some words; null where nothing does.</summary>
internal static class ResultChecks
{
    /// <summary>Of a plan.</summary>
    public static string? OfPlan(ResultPlace place)
    {
        try
        {
            var plan = PlanFile.Read(place.PathOf(ResultFile.Plan)).Plan;
            return plan.Fingerprint != place.Fingerprint ? "its plan has another fingerprint"
                : plan.Model != place.Model ? "its plan is one of another model"
                : null;
        }
        catch (AbsException)
        {
            return "its plan is not valid";
        }
    }

    /// <summary>Of a sound plan, where it is to be shared: one that was ended early is not what its fingerprint promises.</summary>
    public static string? OfEarlyEnd(ResultPlace place) =>
        PlanFile.Read(place.PathOf(ResultFile.Plan)).Plan.EndedEarly.Count > 0 ? "its plan's search was ended early" : null;

    /// <summary>Of weights, which are compared with the plan that must be there, too.</summary>
    public static string? OfWeights(ResultPlace place)
    {
        try
        {
            return WeightsFile.Problem(place.PathOf(ResultFile.Weights), PlanFile.Read(place.PathOf(ResultFile.Plan)).Plan);
        }
        catch (AbsException)
        {
            return "its plan is not valid";
        }
    }

    /// <summary>Of what is said of a file for ONNX runtimes, which must be there, too.</summary>
    public static string? OfOnnx(ResultPlace place)
    {
        try
        {
            return OnnxRecordJson.ReadFile(place.PathOf(ResultFile.OnnxRecord)).FileBytes == new FileInfo(place.PathOf(ResultFile.Onnx)).Length ? null : "its ONNX file has another length than its record says";
        }
        catch (AbsException)
        {
            return "what it says of its ONNX file is not valid";
        }
    }

    /// <summary>Of a sweep.</summary>
    public static string? OfSweep(ResultPlace place)
    {
        try
        {
            _ = SweepFile.Read(place.PathOf(ResultFile.Sweep), place.Model, place.Fingerprint);
            return null;
        }
        catch (AbsException)
        {
            return "its sweep is not valid, or one of another search";
        }
    }
}
