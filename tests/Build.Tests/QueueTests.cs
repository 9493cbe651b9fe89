using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Searches that are jobs in a queue: that of a real Slurm, if only on this machine.</summary>
public sealed class QueueTests(PackedFeed feed, SlurmCluster cluster) : IClassFixture<PackedFeed>, IClassFixture<SlurmCluster>, IAsyncLifetime
{
    private static readonly string[] Slurm = ["-p:AbsExecutor=slurm", "-p:AbsSnapshotMode=off"];
    private static readonly string[] Long = [.. Slurm, "-p:TinyTrainEpochs=500"];

    public async Task InitializeAsync()
    {
        if (SlurmCluster.IsInstalled)
        {
            await cluster.EmptyAsync();
            await cluster.ReadyAsync();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [SlurmFact]
    public async Task A_job_gives_the_bytes_of_a_search_here()
    {
        var here = await feed.AcceptedCopyAsync();
        var there = new FixtureProject(feed);

        var variables = new Dictionary<string, string>(cluster.Variables) { ["MY_SECRET"] = "hidden" };
        var outcome = (await there.BuildAsync(variables, Slurm)).Succeeded();

        Assert.Equal(Delivered(here), Delivered(there));
        Assert.Contains("abs: tiny: job ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", await cluster.QueueAsync());
        Assert.Empty(Jobs(there));
        Assert.False(cluster.Knows("hidden"), "Slurm's files hold a variable of the build");
        (await there.BuildWithoutWorkerAsync(Slurm)).Succeeded();
    }

    [SlurmFact]
    public async Task A_job_that_runs_is_taken_back_with_the_build_and_goes_on_with_the_next()
    {
        var project = await feed.AcceptedCopyAsync();
        using var build = project.Start(cluster.Variables, Long);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);

        await CancellationTests.SendAsync("INT", build);

        (await build.EndAsync()).FailedWith("ABS3003");
        Assert.Equal("", await cluster.QueueAsync());
        Resumed((await project.BuildAsync(cluster.Variables, Long)).Succeeded());
    }

    [SlurmFact]
    public async Task A_job_that_waits_is_taken_back_with_the_build()
    {
        var project = await feed.AcceptedCopyAsync();
        await OccupyAsync();
        using var build = project.Start(cluster.Variables, Long);
        await build.PrintedAsync("PENDING");

        await CancellationTests.SendAsync("INT", build);

        (await build.EndAsync()).FailedWith("ABS3003");
        Assert.DoesNotContain("PENDING", await cluster.QueueAsync(), StringComparison.Ordinal);
    }

    [SlurmFact]
    public async Task A_build_that_leaves_its_job_finds_it_again()
    {
        var project = await feed.AcceptedCopyAsync();
        var (gate, held) = Held(project);
        string[] detached = [.. held, "-p:AbsExecutorOnCancel=detach"];
        using var build = project.Start(Gated(gate), detached);
        await build.PrintedAsync("RUNNING");

        await CancellationTests.SendAsync("INT", build);

        (await build.EndAsync()).FailedWith("ABS3019");
        using var next = project.Start(Gated(gate), detached);
        await next.PrintedAsync("which an earlier build submitted");
        await File.WriteAllTextAsync(gate, "");
        (await next.EndAsync()).Succeeded();
    }

    [SlurmFact]
    public async Task A_killed_build_loses_nothing_though_its_job_ends_before_the_next()
    {
        var project = await feed.AcceptedCopyAsync();
        using var build = project.Start(cluster.Variables, Long);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);

        build.Kill();

        await Hang.UntilAsync(async () => (await cluster.QueueAsync()).Length == 0);
        var outcome = (await project.BuildAsync(cluster.Variables, [.. Long, "-p:AbsWorkerAssembly=/nowhere/worker.dll"])).Succeeded();
        Assert.Contains("has ended while no build looked", outcome.Output, StringComparison.Ordinal);
    }

    [SlurmFact]
    public async Task A_job_whose_machine_dies_goes_on_when_there_is_one_again()
    {
        var (project, expected) = await UndisturbedAsync();
        using var build = project.Start(cluster.Variables, Long);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);
        var job = await cluster.JobAsync();

        await cluster.KillNodeAsync(job);
        try
        {
            await WaitsAsync(build);
        }
        finally
        {
            await cluster.StartNodeAsync();
        }

        await cluster.UntilItRunsAsync(job);
        Resumed((await build.EndAsync()).Succeeded());
        Assert.Equal(expected, Delivered(project));
    }

    [SlurmFact]
    public async Task A_job_that_makes_room_for_another_goes_on_later()
    {
        var (project, expected) = await UndisturbedAsync();
        using var build = project.Start(cluster.Variables, Long);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);
        var job = await cluster.JobAsync();

        await cluster.RunAsync("scontrol", "requeue", job);

        await WaitsAsync(build);
        await cluster.RunAsync("scontrol", "update", $"JobId={job}", "StartTime=now");
        Resumed((await build.EndAsync()).Succeeded());
        Assert.Equal(expected, Delivered(project));
    }

    [SlurmFact]
    public async Task A_job_at_its_time_limit_is_followed_by_another()
    {
        var (project, expected) = await UndisturbedAsync();
        using var build = project.Start(cluster.Variables, [.. Long, "-p:AbsExecutorOptions=--signal=B:TERM@40 --time=1"]);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);

        // As the controller does, which looks only every half minute.
        await cluster.RunAsync("scancel", "--batch", "--signal=TERM", await cluster.JobAsync());

        var outcome = (await build.EndAsync()).Succeeded();
        Assert.Contains("another one goes on with it", outcome.Output, StringComparison.Ordinal);
        Resumed(outcome);
        Assert.Equal(expected, Delivered(project));
    }

    [SlurmFact]
    public async Task A_job_that_somebody_takes_back_is_not_submitted_again()
    {
        var project = await feed.AcceptedCopyAsync();
        using var build = project.Start(cluster.Variables, Long);
        await Hang.UntilAsync(() => project.Checkpoints.Count > 0, build);

        await cluster.RunAsync("scancel", await cluster.JobAsync());

        (await build.EndAsync()).FailedWith("ABS3017");
    }

    [SlurmFact]
    public async Task A_controller_that_is_gone_changes_nothing_for_a_job_that_runs()
    {
        var project = await feed.AcceptedCopyAsync();
        var (gate, held) = Held(project);
        using var build = project.Start(Gated(gate), held);
        await build.PrintedAsync("RUNNING");

        await cluster.KillControllerBesideJobAsync();
        try
        {
            await build.PrintedAsync("ABS3015");
            await File.WriteAllTextAsync(gate, "");
            Assert.Equal(0, (await build.EndAsync()).ExitCode);
        }
        finally
        {
            await cluster.StartControllerAsync();
        }
    }

    [SlurmFact]
    public async Task What_the_queue_refuses_and_what_a_machine_lacks_is_told()
    {
        var project = await feed.AcceptedCopyAsync();

        var refused = await project.BuildAsync(cluster.Variables, [.. Long, "-p:AbsExecutorOptions=--partition=nowhere"]);
        Assert.Contains("invalid partition specified: nowhere", refused.FailedWith("ABS3012").Message, StringComparison.Ordinal);

        var lacking = await project.BuildAsync(cluster.Variables, [.. Long, "-p:AbsWorkerAssembly=/nowhere/worker.dll"]);
        Assert.Contains("does not have '/nowhere/worker.dll'. The .NET SDK", lacking.FailedWith("ABS3014").Message, StringComparison.Ordinal);
    }

    [SlurmFact]
    public async Task The_searches_of_several_models_are_in_the_queue_at_once()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("<AbsModel Include=\"tiny\"", """
            <AbsModel Include="second" Budget="bops=3%" Onnx="false" DataFiles="data/*.csv" BatchSize="32" TrainEpochs="1" SearchEpochs="1" FineTuneEpochs="1" LearningRate="0.01" GateLearningRate="0.05" />
            <AbsModel Include="tiny"
            """, StringComparison.Ordinal));
        await OccupyAsync();
        using var build = project.Start(cluster.Variables, [.. Slurm, "-p:TinyTrainEpochs=3"]);
        await Hang.UntilAsync(async () => (await cluster.QueueAsync()).Split("PENDING").Length == 3);

        await cluster.RunAsync("scancel", "--name=other");

        Assert.Equal(0, (await build.EndAsync()).ExitCode);
        Assert.True(File.Exists(project.Plan));
        Assert.True(File.Exists(Path.Combine(project.Output, "second.plan.json")));
    }

    [UnixFact]
    public async Task A_queue_of_shell_scripts_gives_the_same_bytes()
    {
        var here = await feed.AcceptedCopyAsync();
        var there = new FixtureProject(feed);
        var queue = Directory.CreateDirectory(Path.Combine(there.Folder, "..", "a queue")).FullName;
        await File.WriteAllTextAsync(Path.Combine(queue, "submit"), $"( sh \"$1\"; echo done > '{queue}/end' ) > /dev/null 2>&1 &\necho 12\n");
        await File.WriteAllTextAsync(Path.Combine(queue, "status"), $"[ \"$1\" = 12 ] && {{ cat '{queue}/end' 2>/dev/null || echo running; }}\n");

        var outcome = (await there.BuildAsync(
            "-p:AbsSnapshotMode=off",
            "-p:AbsExecutor=command",
            $"-p:AbsExecutorSubmit=/bin/sh '{queue}/submit' {{script}}",
            $"-p:AbsExecutorStatus=/bin/sh '{queue}/status' {{job}}",
            "-p:AbsExecutorCancel=/bin/false {job}")).Succeeded();

        Assert.Equal(Delivered(here), Delivered(there));
        Assert.Contains("abs: tiny: job 12 of command searches", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>A file without which a job waits, and how to build so that it does.</summary>
    private static (string Gate, string[] Arguments) Held(FixtureProject project) =>
        (Path.Combine(project.Folder, "gate"), [.. Slurm, "-p:TinyTrainEpochs=3", "-p:AbsExecutorOptions=--export=TINY_GATE_FILE"]);

    private Dictionary<string, string> Gated(string gate) => new(cluster.Variables) { ["TINY_GATE_FILE"] = gate };

    private static void Resumed(BuildOutcome outcome) => Assert.True(outcome.Output.Contains("abs: tiny: resuming at ", StringComparison.Ordinal), outcome.Output);

    private static IReadOnlyDictionary<string, string> Delivered(FixtureProject project) => project.Hashes("tiny.plan.json", "tiny.weights.zip");

    private static string[] Jobs(FixtureProject project) => Directory.GetFiles(project.State, "job.json", SearchOption.AllDirectories);

    /// <summary>A project, and what a search here gives for it.</summary>
    private async Task<(FixtureProject Project, IReadOnlyDictionary<string, string> Expected)> UndisturbedAsync()
    {
        var here = await LongHere(feed);
        return (await feed.AcceptedCopyAsync(), Delivered(here));
    }

    private static readonly SemaphoreSlim Turn = new(1);
    private static FixtureProject? _here;

    private static async Task<FixtureProject> LongHere(PackedFeed feed)
    {
        await Turn.WaitAsync();
        try
        {
            if (_here is null)
            {
                var project = await feed.AcceptedCopyAsync();
                (await project.BuildAsync("-p:AbsSnapshotMode=off", "-p:TinyTrainEpochs=500")).Succeeded();
                _here = project;
            }

            return _here;
        }
        finally
        {
            Turn.Release();
        }
    }

    private Task WaitsAsync(RunningCommand build) => Hang.UntilAsync(async () => build.HasEnded || (await cluster.QueueAsync()).Contains("PENDING", StringComparison.Ordinal));

    private async Task OccupyAsync()
    {
        await cluster.RunAsync("sbatch", "--job-name=other", "--output=/dev/null", "--chdir=/tmp", "--wrap=exec sleep 3600");
        await Hang.UntilAsync(async () => (await cluster.QueueAsync()).Contains("RUNNING", StringComparison.Ordinal));
    }
}
