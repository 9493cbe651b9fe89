using System.Diagnostics;
using AbsBuildTasks.Jobs;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Runs a search as a job of a queue, from its start to its end, however often the queue begins it anew.</summary>
/// <remarks>
/// What the job itself has written outranks what the queue says of it: queues take jobs for lost that run, and run jobs that have ended.
/// </remarks>
/// <param name="job">The job.</param>
/// <param name="runs">Its runs.</param>
/// <param name="voice">Tells the user.</param>
/// <param name="patience">How long to wait for what.</param>
internal sealed class QueuedWorker(QueuedJob job, JobRuns runs, QueueVoice voice, QueuePatience patience)
{
    private static readonly ErrorEvent Stopped = new(AbsCodes.Cancelled, "The search was cancelled.");

    // Of times that nothing was reached between a start and a stop.
    private const int MostInVain = 3;

    private JobPoll _poll = null!;
    private JobStatus _status = new(JobPhase.Unknown, "");
    private Stopwatch? _sinceOver;
    private DateTime _progress;
    private int _inVain;

    /// <summary>Waits for something; the search's turn is others' meanwhile.</summary>
    public Action<TimeSpan, CancellationToken> Wait { get; init; } = static (time, cancellation) => cancellation.WaitHandle.WaitOne(time);

    /// <summary>Follows the job that is there, or gives one to the queue, and waits for its end.</summary>
    /// <param name="content">What the job's folder holds, by file.</param>
    /// <param name="detaches">Whether the job goes on where the build is cancelled.</param>
    /// <param name="cancellation">Ends the build's interest in it.</param>
    /// <exception cref="AbsException">
    /// ABS3012: the queue refused it. ABS3013: it ended without a word. ABS3014: something is missing where it ran. ABS3018: it is stopped again and again.
    /// ABS3019: the build was cancelled, and it goes on.
    /// </exception>
    public WorkerOutcome Run(IReadOnlyDictionary<string, string> content, bool detaches, CancellationToken cancellation)
    {
        if (!Attach(content[job.Folder.Request]))
        {
            Give(content);
        }

        while (true)
        {
            // First, as a result may be there without a job that could be asked or taken back.
            runs.Read(isWhole: _status.IsOver);
            if (runs.HasResult || runs.Reports.Last is DoneEvent)
            {
                return Finish();
            }

            if (cancellation.IsCancellationRequested)
            {
                return Leave(detaches);
            }

            if (StopRequest.IsIn(job.Folder.Folder) && runs.Reports.Last is null)
            {
                TakeBack();
                return Said(new ErrorEvent(AbsCodes.Stopped, $"Somebody stopped the search (abs stop) while it waited as {job.Title}. Build again to start it."));
            }

            if (runs.Reports.Last is ErrorEvent { Code: not AbsCodes.Cancelled })
            {
                job.Forget();
                return Said(runs.Reports.Last);
            }

            if (runs.Missing() is { } missing)
            {
                job.Forget();
                throw voice.Missing(missing);
            }

            Look(_poll.Next(isUrgent: runs.Reports.Last is not null || _status.IsOver));
            if (_status.IsOver && AfterEnd(content) is { } outcome)
            {
                return outcome;
            }

            Wait(patience.Look, cancellation);
        }
    }

    /// <summary>Finds an earlier build's job, where following it is of use.</summary>
    private bool Attach(string request)
    {
        if (job.IsTooOldFor(request))
        {
            Discard();
            return false;
        }

        if (!job.Find())
        {
            // Not that of a job which nobody remembers, except for its result.
            runs.StartAfresh();
            return runs.HasResult;
        }

        runs.StartAt(job.FirstRun);
        _progress = job.Progress;
        _poll = new(job.Ask, patience);
        runs.Read();
        if (!runs.HasResult && runs.Reports.Last is ErrorEvent { Code: AbsCodes.Stopped })
        {
            // Somebody stopped it while no build looked, and now there is a build that wants a search.
            job.Forget();
            return false;
        }

        var isSaid = runs.HasResult || runs.Reports.Last is DoneEvent or ErrorEvent { Code: not AbsCodes.Cancelled };
        if (!isSaid)
        {
            Look(job.Ask());
        }

        if (_status.IsOver)
        {
            return false;
        }

        if (!isSaid && StopRequest.IsIn(job.Folder.Folder))
        {
            // Somebody wanted it to leave the queue, and now there is a build that wants a search.
            TakeBack();
            return false;
        }

        voice.Tell(isSaid ? $"{job.Title} has ended while no build looked" : $"following {job.Title}, which an earlier build submitted");
        return true;
    }

    /// <summary>Takes an earlier build's job back that does not do what this one asks for, and removes its result.</summary>
    private void Discard()
    {
        runs.StartAfresh();
        if (job.Find() && !job.Ask().IsOver)
        {
            voice.Tell($"{job.Title}, which an earlier build submitted, may go on from another search's training, and this build asks for a search of its own; it is taken back");
            TakeBack();
        }

        job.RemoveResult();
    }

    private void Give(IReadOnlyDictionary<string, string> content)
    {
        runs.StartAfresh();
        if (job.Elsewhere is { } other)
        {
            voice.Elsewhere(other);
        }

        job.Give(content, runs.Next);
        (_status, _sinceOver, _progress) = (new(JobPhase.Unknown, ""), null, job.Progress);
        _poll = new(job.Ask, patience);
        voice.Tell($"{job.Title} searches");
    }

    private void Look(JobStatus? answer)
    {
        if (answer is null)
        {
            return;
        }

        if (answer.Phase == JobPhase.Unknown)
        {
            voice.NoAnswer(job.Title, answer.Words);
            return;
        }

        if (answer.Words != _status.Words)
        {
            voice.Tell($"{job.Title}: {answer.Words}");
        }

        _status = answer;
        _sinceOver = answer.IsOver ? _sinceOver ?? Stopwatch.StartNew() : null;
    }

    /// <summary>Goes on where the queue says that the job is over, and the job has not said how it ended.</summary>
    /// <returns>How it ended; null where it goes on.</returns>
    private WorkerOutcome? AfterEnd(IReadOnlyDictionary<string, string> content)
    {
        if (runs.Reports.Last is null && _sinceOver!.Elapsed < patience.LastLines)
        {
            return null;
        }

        if (_status.Phase == JobPhase.Cancelled)
        {
            job.Forget();
            return Said(Stopped);
        }

        if (_status.Phase == JobPhase.Ended && runs.Reports.Last is null)
        {
            job.Forget();
            throw _status.ExitCode == JobScript.NoFolder ? voice.Missing($"where it ran, there is no '{job.Folder.Folder}' that can be written") : voice.NoWord(job.Title, _status.Words, runs.Reports.Words);
        }

        var progress = job.Progress;
        _inVain = progress > _progress ? 0 : _inVain + 1;
        if (_inVain >= MostInVain)
        {
            job.Forget();
            throw voice.InVain(job.Title, _status.Words, MostInVain, runs.Reports.Words);
        }

        voice.Tell($"{job.Title} was stopped ({_status.Words}); another one goes on with it");
        Give(content);
        return null;
    }

    /// <summary>Lets a job end whose work is done.</summary>
    private WorkerOutcome Finish()
    {
        var isOver = !job.Find() || WaitForEnd();
        runs.Read(isWhole: true);
        if (!isOver)
        {
            // One that hangs at its end, or that a controller which had lost sight of it wants to begin again.
            _ = job.TakeBack();
        }

        return new(0, IsKilled: !isOver, new DoneEvent(), runs.Reports.Words);
    }

    private WorkerOutcome Leave(bool detaches)
    {
        if (detaches)
        {
            throw voice.Detached(job.Title);
        }

        TakeBack();
        return Said(Stopped);
    }

    private void TakeBack()
    {
        var problem = job.TakeBack();
        if (problem is null && WaitForEnd())
        {
            job.Forget();
        }
        else
        {
            voice.StillThere(job.Title, problem ?? "it has not ended");
        }

        runs.Read(isWhole: true);
    }

    /// <summary>Waits for the end of a job that has nothing left to do.</summary>
    /// <returns>Whether it has ended; where the queue gives no answer, that is not known, and not waited for.</returns>
    private bool WaitForEnd()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < patience.End; Wait(patience.Look, CancellationToken.None))
        {
            if (job.Ask() is { IsOver: true } or { Phase: JobPhase.Unknown })
            {
                return true;
            }
        }

        return false;
    }

    private WorkerOutcome Said(WorkerEvent? word) => new(1, IsKilled: false, word, runs.Reports.Words);
}
