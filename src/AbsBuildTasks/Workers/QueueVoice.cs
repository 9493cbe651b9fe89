using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Workers;

/// <summary>What a build says of a search that is a job in a queue.</summary>
/// <param name="model">The model's name.</param>
/// <param name="print">Prints a line.</param>
/// <param name="warn">Warns, with a code.</param>
internal sealed class QueueVoice(string model, Action<string> print, Action<string, string> warn)
{
    /// <summary>Says it in the build's output.</summary>
    public QueueVoice(string model, AbsTask task)
        : this(model, line => task.Print(line), task.LogWarningOnce)
    {
    }

    /// <summary>Tells news.</summary>
    public void Tell(string text) => print($"abs: {model}: {text}");

    /// <summary>The queue does not answer.</summary>
    public void NoAnswer(string job, string words) => warn(AbsCodes.QueueSilent, $"The queue does not say what becomes of {job}, which searches for '{model}': {words}. The build goes on waiting for the job, which may well run; look whether the queue's controller does.");

    /// <summary>A job that was taken back may still be there.</summary>
    public void StillThere(string job, string words) => warn(AbsCodes.JobStillThere, $"{Upper(job)}, which searches for '{model}', was to be taken back, and may still be in the queue: {words}. If it is, the next build follows it; or take it back by hand.");

    /// <summary>A job in another queue is forgotten.</summary>
    public void Elsewhere(string job) => warn(AbsCodes.JobStillThere, $"{Upper(job)}, which an earlier build submitted for '{model}', may still be in its queue; this build uses another queue, and does not follow it. Take it back by hand.");

    /// <summary>Something is not where the job ran.</summary>
    public AbsException Missing(string what) => new(AbsCodes.MissingOnNode, $"The search for '{model}' could not begin: {what}. The .NET SDK, the project's folders, the NuGet packages and the data must have the same paths there as here.");

    /// <summary>A job ended, and its worker has said nothing.</summary>
    public AbsException NoWord(string job, string words, IReadOnlyList<string> output) => new(AbsCodes.JobWithoutWord, $"The search for '{model}' ended without a plan: {job} ended ({words}) without a word from the process that was to search. Where that runs, the .NET SDK, the project's folders, the NuGet packages and the data must have the same paths as here. If it had begun, the next build goes on with it. {LastWords.Quote(output)}");

    /// <summary>Jobs are stopped before they come anywhere.</summary>
    public AbsException InVain(string job, string words, int times, IReadOnlyList<string> output) => new(AbsCodes.StoppedInVain, FormattableString.Invariant($"The search for '{model}' was stopped {times} times in a row before it had kept any new state; last {job} ({words}). Give jobs more time, or machines that are not taken away; then build again. {LastWords.Quote(output)}"));

    /// <summary>The build leaves, and the job stays.</summary>
    public AbsException Detached(string job) => new(AbsCodes.Detached, $"The build was cancelled, and {job} goes on with the search for '{model}', as AbsExecutorOnCancel=detach asks. The next build follows it; 'abs stop' ends it.");

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);
}
