using System.Diagnostics;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Caching;

/// <summary>The caches a build takes plans from and gives plans to. Whatever is wrong with them is a warning.</summary>
/// <param name="local">The cache on this machine.</param>
/// <param name="localFolder">Its folder.</param>
/// <param name="remote">The cache it has with others, or null.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class BuildCache(PlanCache local, string localFolder, RemoteCache? remote, AbsTask task)
{
    private const string OnnxTitle = "ONNX file";

    private readonly RemoteLoss? _loss = remote is null ? null : RemoteLoss.Of(task.BuildEngine4, remote.Address);
    private bool? _hasPlans;
    private readonly HashSet<string> _told = [];

    /// <summary>Takes a plan's files from a cache.</summary>
    /// <param name="model">The model.</param>
    /// <param name="alone">The one file that is meant; null for a plan and what lies beside it.</param>
    /// <param name="fingerprint">The plan's fingerprint.</param>
    /// <param name="folder">Receives the files, none where no cache has any that may be taken.</param>
    /// <param name="isWanted">Told the plan's file: whether the plan may be taken.</param>
    /// <param name="asked">What the remote cache answered; <see cref="RemoteAnswer.None"/> also where it was not asked, as this machine's had the plan.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <returns>Whether a cache had those of a plan that may be taken.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryTake(string model, ResultFile? alone, string fingerprint, string folder, Predicate<string> isWanted, out RemoteAnswer asked, CancellationToken cancellation)
    {
        asked = RemoteAnswer.None;
        if (TryTakeLocal(model, alone, fingerprint, folder, isWanted))
        {
            return true;
        }

        asked = AskRemote(model, cache =>
            cache.TryGet(model, alone, fingerprint, folder, cancellation) ? RemoteAnswer.Hit
            : HasPlans(cache, cancellation) ? RemoteAnswer.Miss
            : RemoteAnswer.Unknown);
        var isHit = asked == RemoteAnswer.Hit && Judge(model, alone, folder, isWanted);
        if (isHit)
        {
            StoreLocal(model, alone, fingerprint, folder);
            task.Print($"abs: {model}: {(alone is null ? "plan" : "answer")} taken from the remote cache");
        }

        return isHit;
    }

    /// <summary>Takes a plan's files from the cache on this machine.</summary>
    /// <inheritdoc cref="TryTake"/>
    public bool TryTakeLocal(string model, ResultFile? alone, string fingerprint, string folder, Predicate<string> isWanted)
    {
        var isFound = local.TryGet(fingerprint, model, folder, out var warning, alone);
        if (warning is not null)
        {
            Warn(warning.Code, warning.Message);
        }

        var isHit = isFound && Judge(model, alone, folder, isWanted);
        if (isHit && alone is null)
        {
            task.Print($"abs: {model}: plan taken from the cache");
        }

        return isHit;
    }

    /// <summary>Takes what a stage of searches came to from a cache.</summary>
    /// <param name="model">The model, for messages.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="key">What the caches know it by.</param>
    /// <param name="folder">Receives the file.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <param name="isLocal">Whether only the cache on this machine is asked.</param>
    /// <returns>Whether a cache had it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryTakeStage(string model, string stage, string key, string folder, CancellationToken cancellation, bool isLocal = false) =>
        TryTakeAlone(model, stage, stage, ResultFile.Stage, key, folder, cancellation, isLocal);

    /// <summary>Waits until no other search of this machine is at a stage.</summary>
    /// <param name="model">The model, for messages.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="key">What the caches know it by.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>To be disposed when the caches have what it came to.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IDisposable LockStage(string model, string stage, string key, CancellationToken cancellation) =>
        local.LockSearch(key, () => task.Print($"abs: {model}: another search makes the same {stage}; waiting for it"), cancellation);

    /// <summary>Gives what a stage of searches came to to the caches. Any thread may call it.</summary>
    /// <param name="model">The model, for messages.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="key">What the caches know it by.</param>
    /// <param name="folder">Has the file.</param>
    /// <param name="onKept">Told when the cache on this machine has it, or cannot have it; the remote one may take long.</param>
    /// <param name="cancellation">Stops storing.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void StoreStage(string model, string stage, string key, string folder, Action onKept, CancellationToken cancellation)
    {
        StoreLocal(stage, ResultFile.Stage, key, folder);
        onKept();
        StoreRemote(model, stage, key, Files(stage, ResultFile.Stage, folder), cancellation);
    }

    /// <summary>Takes a model's ONNX file, and what is said of it, from a cache.</summary>
    /// <param name="model">The model.</param>
    /// <param name="key">What the caches know it by.</param>
    /// <param name="folder">Receives the files.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <returns>Whether a cache had them.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryTakeOnnx(string model, string key, string folder, CancellationToken cancellation) =>
        TryTakeAlone(model, model, OnnxTitle, ResultFile.Onnx, key, folder, cancellation);

    /// <summary>Gives a model's ONNX file, and what is said of it, to the caches.</summary>
    /// <inheritdoc cref="TryTakeOnnx"/>
    public void StoreOnnx(string model, string key, string folder, CancellationToken cancellation)
    {
        StoreLocal(model, ResultFile.Onnx, key, folder);
        StoreRemote(model, OnnxTitle, key, Files(model, ResultFile.Onnx, folder), cancellation);
    }

    /// <summary>Warns that the file of a stage could not be moved between a cache and the search, which goes on without.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="exception">Why not.</param>
    public void WarnOfStage(string model, string stage, Exception exception) =>
        Warn(AbsCodes.CacheNotWritable, $"What {stage} of '{model}' came to could not be taken from the cache or kept in it: {Printable.Escape(exception.Message)} The build goes on without it; only time is lost.");

    /// <summary>Gives a plan's files to the caches, unless its search was ended early: others must not take it for a whole one.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Store(string model, ResultFile? alone, string fingerprint, string folder, CancellationToken cancellation)
    {
        if (alone is null && PlanFile.Read(PathOfPlan(model, folder)).Plan.EndedEarly is { Count: > 0 } ended)
        {
            task.Print($"abs: {model}: the plan is in no cache, as its search was ended early ({EndedPhase.Words(ended)})");
            return;
        }

        StoreLocal(model, alone, fingerprint, folder);
        StoreRemote(model, alone is null ? "plan" : "answer", fingerprint, Files(model, alone, folder), cancellation);
    }

    /// <summary>Waits until no other build of this machine searches for the same plan.</summary>
    /// <returns>To be disposed after the search.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IDisposable LockSearch(string model, string fingerprint, CancellationToken cancellation) =>
        local.LockSearch(fingerprint, () => task.Print($"abs: {model}: another build is searching for this plan; waiting for it"), cancellation);

    /// <summary>Which caches were asked for a plan, and what they said, for a message about one that is missing.</summary>
    /// <param name="asked">What the remote cache answered.</param>
    public string Describe(RemoteAnswer asked)
    {
        var address = remote is null ? "" : Printable.Escape(remote.Address);
        return $"{Printable.Escape(localFolder)}, " + asked switch
        {
            RemoteAnswer.Hit or RemoteAnswer.Useless => $"and what the remote cache {address} has cannot be used",
            RemoteAnswer.Miss => $"nor in the remote cache {address}",
            RemoteAnswer.Unknown => $"nor in the remote cache {address}, which looks as if no build ever stored a plan there: check the path in AbsRemoteCache",
            RemoteAnswer.Unavailable => $"and the remote cache {address} could not be asked",
            _ => "and there is no remote cache (AbsRemoteCache is not set)",
        };
    }

    private static string PathOfPlan(string model, string folder) => Path.Combine(folder, model + ResultFile.Plan.Suffix);

    private static string[] Files(string model, ResultFile? alone, string folder) => [.. ResultFile.NamesOf(model, alone).Select(name => Path.Combine(folder, name))];

    /// <summary>Asks whether a plan may be taken; where it may not, nothing of it stays in the folder, which waits for another.</summary>
    private static bool Judge(string model, ResultFile? alone, string folder, Predicate<string> isWanted)
    {
        if (isWanted(PathOfPlan(model, folder)))
        {
            return true;
        }

        foreach (var file in Files(model, alone, folder))
        {
            File.Delete(file);
        }

        return false;
    }

    private bool TryTakeAlone(string model, string name, string what, ResultFile kind, string key, string folder, CancellationToken cancellation, bool isLocal = false)
    {
        if (TryTakeLocal(name, kind, key, folder, _ => true))
        {
            task.Print($"abs: {model}: {what} taken from the cache");
            return true;
        }

        var isHit = !isLocal && AskRemote(model, cache => cache.TryGet(name, kind, key, folder, cancellation) ? RemoteAnswer.Hit : RemoteAnswer.Miss) == RemoteAnswer.Hit;
        if (isHit)
        {
            StoreLocal(name, kind, key, folder);
            task.Print($"abs: {model}: {what} taken from the remote cache");
        }

        return isHit;
    }

    private void StoreRemote(string model, string what, string key, string[] files, CancellationToken cancellation)
    {
        if (remote is not { IsReadOnly: false })
        {
            return;
        }

        if (remote.TooLong(files) is { } file)
        {
            task.Print($"abs: {model}: the {what} is not stored in the remote cache, which takes no file of {ShortCount.Bytes(new FileInfo(file).Length)} ({Path.GetFileName(file)})");
            return;
        }

        AskRemote(model, cache =>
        {
            cache.Put(key, files, cancellation);
            return RemoteAnswer.Hit;
        });
    }

    private void StoreLocal(string model, ResultFile? alone, string fingerprint, string folder)
    {
        try
        {
            local.Put(fingerprint, Files(model, alone, folder));
        }
        catch (AbsException exception) when (exception.Code is AbsCodes.CacheNotWritable or AbsCodes.NotACache)
        {
            Warn(exception.Code, exception.Message);
        }
    }

    // A folder that is no cache, or has no room, is so for every model and every stage, and for taking as for storing.
    private void Warn(string code, string message)
    {
        lock (_told)
        {
            if (code is not (AbsCodes.NotACache or AbsCodes.CacheNotWritable) || _told.Add(code))
            {
                task.LogWarning(code, message);
            }
        }
    }

    // Asked once a build, and told only where a plan is missing: whatever else goes wrong with it is nothing to warn of.
    private bool HasPlans(RemoteCache cache, CancellationToken cancellation)
    {
        try
        {
            return _hasPlans ??= cache.HasPlans(cancellation);
        }
        catch (RemoteCacheException)
        {
            return false;
        }
    }

    private RemoteAnswer AskRemote(string model, Func<RemoteCache, RemoteAnswer> ask)
    {
        if (remote is null || _loss is null)
        {
            return RemoteAnswer.None;
        }

        if (_loss.IsKnown)
        {
            return RemoteAnswer.Unavailable;
        }

        var clock = Stopwatch.StartNew();
        RemoteAnswer answer;
        try
        {
            answer = ask(remote);
            if (answer == RemoteAnswer.Hit)
            {
                return answer;
            }
        }
        catch (RemoteCacheException exception)
        {
            if (exception.Code == AbsCodes.RemoteCacheUnavailable)
            {
                GiveUp(exception.Message);
                return RemoteAnswer.Unavailable;
            }

            answer = RemoteAnswer.Useless;
            task.LogWarning(exception.Code, $"The remote cache {Printable.Escape(remote.Address)} has something wrong for '{model}', which was not used: {exception.Message}. Check who can write to it.");
        }

        // A wrong answer to one question says nothing about the next, but each may have kept the build for minutes.
        var wasted = _loss.Waste(clock.Elapsed);
        if (wasted > remote.MostWaste)
        {
            GiveUp(FormattableString.Invariant($"it took {wasted.TotalSeconds:0} seconds and gave no plan that can be used; check the server, and the connection to it"));
        }

        return answer;

        void GiveUp(string reason)
        {
            _loss.Record();
            task.LogWarning(AbsCodes.RemoteCacheUnavailable, $"The remote cache {Printable.Escape(remote.Address)} is not used in the rest of this build, as {reason}.");
        }
    }
}
