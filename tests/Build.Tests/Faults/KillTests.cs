using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using Build.Tests.Harness;

namespace Build.Tests.Faults;

/// <summary>Whatever is killed, and whenever: files are whole or not there, and the next build is right.</summary>
public sealed class KillTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const int Kills = 20;
    private const int Seed = 7;

    private enum Victim
    {
        Build,
        BuildAndWorker,
        Worker,
    }

    [UnixFact]
    public async Task Twenty_kills_at_random_moments_leave_whole_files_and_change_nothing()
    {
        var project = await feed.AcceptedCopyAsync();
        var (verified, results) = (await File.ReadAllBytesAsync(project.Verified), Results(project));
        var random = new Random(Seed);
        for (var i = 0; i < Kills; i++)
        {
            // From the start of the build, or of its search, where most is written; the worker may have ended by then.
            var victim = (Victim)(i % 3);
            var isSearching = victim == Victim.Worker || random.Next(3) > 0;
            var moment = TimeSpan.FromMilliseconds(random.Next(isSearching ? 1500 : 2500));
            await KillAsync(project, victim, isSearching, moment, trainEpochs: 2 + (i % 2));
            try
            {
                Assert.Equal(verified, await File.ReadAllBytesAsync(project.Verified));
                CheckFiles(project);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(FormattableString.Invariant($"Kill {i} of seed {Seed}: {victim} {moment.TotalMilliseconds} ms after the start of the {(isSearching ? "search" : "build")}."), exception);
            }
        }

        (await project.BuildAsync()).Succeeded();
        Assert.Equal(results, Results(project));
        (await project.BuildAsync("-p:AbsSearchMode=force")).Succeeded();
        Assert.Equal(results, Results(project));
        Assert.Empty(project.Checkpoints);
        Assert.Empty(Directory.GetFiles(project.Cache, "*.tmp", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Combine(project.Cache, "searches")));
        Assert.Single(Directory.GetDirectories(Path.Combine(project.State, "plans", "tiny")));
    }

    private static async Task KillAsync(FixtureProject project, Victim victim, bool isSearching, TimeSpan moment, int trainEpochs)
    {
        var processFile = Path.Combine(project.Folder, "..", "kill.process");
        File.Delete(processFile);
        using var build = project.Start(
            new Dictionary<string, string> { ["TINY_PROCESS_FILE"] = processFile },
            "--no-restore",
            "-p:AbsSearchMode=force",
            "-p:AbsSnapshotMode=off",
            "-p:UseSharedCompilation=false",
            FormattableString.Invariant($"-p:TinyTrainEpochs={trainEpochs}"));
        var end = build.EndAsync();
        using var worker = isSearching ? await WorkerAsync(processFile, end) : null;
        await Task.Delay(moment);
        switch (victim)
        {
            case Victim.Worker:
                worker?.Kill();
                break;
            case Victim.Build:
                using (var kill = Process.Start("kill", ["-KILL", build.ProcessId.ToString(CultureInfo.InvariantCulture)]))
                {
                    await kill.WaitForExitAsync();
                }

                break;
            default:
                build.Kill();
                break;
        }

        await end;

        // A worker that lost its build ends by itself.
        using var last = worker is null ? await WorkerAsync(processFile, end) : null;
        if ((worker ?? last) is { } left)
        {
            await Hang.EndAsync(left);
        }
    }

    /// <summary>The worker, once there is one; null where the build ended before, or the worker has.</summary>
    private static async Task<Process?> WorkerAsync(string processFile, Task end)
    {
        while (true)
        {
            var hasEnded = end.IsCompleted;
            if (File.Exists(processFile) && int.TryParse(await File.ReadAllTextAsync(processFile), CultureInfo.InvariantCulture, out var id))
            {
                try
                {
                    return Process.GetProcessById(id);
                }
                catch (ArgumentException)
                {
                    return null;
                }
            }

            if (hasEnded)
            {
                return null;
            }

            await Task.Delay(20);
        }
    }

    private static void CheckFiles(FixtureProject project)
    {
        var plans = Path.Combine(project.State, "plans", "tiny");
        foreach (var folder in Directory.GetDirectories(plans).Where(folder => !Path.GetFileName(folder).StartsWith('.')))
        {
            Assert.Equal("tiny", PlanFile.Read(Path.Combine(folder, "tiny.plan.json")).Plan.Model);
            ReadWeights(Path.Combine(folder, "tiny.weights.zip"));
            Assert.True(File.Exists(Path.Combine(folder, "tiny.run.json")));
        }

        Assert.Matches("^[0-9a-f]{16}$", File.ReadAllText(Path.Combine(plans, "current")));
        Assert.Equal("tiny", PlanFile.Read(project.Plan).Plan.Model);
        ReadWeights(Path.Combine(project.Output, "tiny.weights.zip"));
        var taken = Path.Combine(project.Folder, "..", "taken");
        foreach (var entry in Directory.GetFiles(Path.Combine(project.Cache, "ac"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file)[0] != '.'))
        {
            // A plan, or a stage of a search.
            var stage = CacheEntry.Load(entry).Files is [var only] && ResultFile.Stage.Is(only.Name) ? Path.GetFileNameWithoutExtension(only.Name) : null;
            Assert.True(new PlanCache(project.Cache).TryGet(Path.GetFileName(entry), stage ?? "tiny", taken, out var warning, stage is null ? null : ResultFile.Stage), warning?.Message);
        }
    }

    private static void ReadWeights(string file)
    {
        using var archive = ZipFile.OpenRead(file);
        foreach (var entry in archive.Entries)
        {
            using var content = entry.Open();
            content.CopyTo(Stream.Null);
        }
    }

    private static IReadOnlyDictionary<string, string> Results(FixtureProject project) => project.Hashes("tiny.plan.json", "tiny.weights.zip");
}
