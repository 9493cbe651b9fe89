using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Worker.Tests;

public sealed class InterruptionTests : IDisposable
{
    private const int Kills = 20;

    // Long enough to be killed in.
    private static readonly SearchSettings Settings = WorkerRun.ShortSearch with { TrainEpochs = 12, SearchEpochs = 12, FineTuneEpochs = 12 };

    private readonly string _folder = Directory.CreateTempSubdirectory("abs-interruption-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_search_that_was_killed_twenty_times_ends_in_the_same_bytes()
    {
        var expected = WorkerRun.Result(Folder("uninterrupted"), Settings);
        var random = new Random(11);
        var (kills, resumed, searches) = (0, 0, 0);
        while (kills < Kills)
        {
            // One search may not last for all of them.
            var folder = Folder($"search {++searches}");
            while (kills < Kills && KilledSitting(folder, random) is { } told)
            {
                kills++;
                resumed += told ? 1 : 0;
            }

            Assert.Equal(expected, WorkerRun.Result(folder, Settings));
            Assert.Equal(["lock", "search.checkpoint"], Directory.GetFiles(Path.Combine(folder, "checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }

        Assert.InRange(resumed, Kills / 4, Kills);
    }

    [Fact]
    public void A_worker_that_loses_its_build_keeps_what_it_has_and_the_next_goes_on_from_there()
    {
        var folder = Folder("cancelled");
        var settings = Settings with { TrainEpochs = 1_000_000 };
        int reported;
        using (var first = WorkerRun.Start(folder, settings))
        {
            _ = Progress(first);
            first.LoseBuild();
            _ = first.ToEnd();
            Assert.Equal(AbsCodes.Cancelled, Assert.IsType<ErrorEvent>(first.Events[^1]).Code);
            Assert.Equal(1, first.ExitCode);
            reported = first.Events.OfType<ProgressEvent>().Last().Epoch;
        }

        using var second = WorkerRun.Start(folder, settings);
        Assert.Equal(reported + 1, Progress(second)!.Epoch);
        Assert.Equal($"resuming at train {reported + 1}/1000000", Assert.Single(second.Events.OfType<MessageEvent>(), IsResumption).Text);
    }

    [Fact]
    public void A_worker_that_is_asked_to_stop_keeps_what_it_has_and_one_that_is_asked_to_end_delivers_it()
    {
        var folder = Folder("asked");
        var settings = Settings with { TrainEpochs = 1_000_000 };
        using (var first = WorkerRun.Start(folder, settings))
        {
            _ = Progress(first);
            StopRequest.Write(Path.Combine(folder, "checkpoints"), keeps: false);
            _ = first.ToEnd();
            Assert.Equal(AbsCodes.Stopped, Assert.IsType<ErrorEvent>(first.Events[^1]).Code);
        }

        using var second = WorkerRun.Start(folder, settings);
        Assert.InRange(Progress(second)!.Epoch, 2, 1_000_000);
        StopRequest.Write(Path.Combine(folder, "checkpoints"), keeps: true);
        _ = second.ToEnd();

        Assert.IsType<DoneEvent>(second.Events[^1]);
        var ended = Assert.Single(PlanFile.Read(Path.Combine(folder, "out", "stripes.plan.json")).Plan.EndedEarly);
        Assert.Equal("train", ended.Phase);
        Assert.DoesNotContain(second.Events.OfType<ProgressEvent>(), progress => progress.Phase is "baseline" or "search");
        Assert.Equal(12, second.Events.OfType<ProgressEvent>().Count(progress => progress.Phase == "fine-tune"));
    }

    /// <summary>Runs a worker and kills it at some moment.</summary>
    /// <returns>Whether it went on with another's work; null where it had ended before.</returns>
    private static bool? KilledSitting(string folder, Random random)
    {
        using var worker = WorkerRun.Start(folder, Settings);

        // Many while they train and save, some while they start.
        if (random.Next(5) > 0 && Progress(worker) is not null)
        {
            Thread.Sleep(random.Next(60));
        }
        else
        {
            Thread.Sleep(random.Next(500));
        }

        worker.Kill();
        _ = worker.ToEnd();
        return worker.Events.OfType<DoneEvent>().Any() ? null : worker.Events.OfType<MessageEvent>().Any(IsResumption);
    }

    private static bool IsResumption(MessageEvent message) => message.Text.StartsWith("resuming at ", StringComparison.Ordinal);

    /// <summary>Waits for an epoch's end; null where the worker ended before.</summary>
    private static ProgressEvent? Progress(WorkerRun worker)
    {
        WorkerEvent? next;
        do
        {
            next = worker.Next();
        }
        while (next is not null and not ProgressEvent);

        return next as ProgressEvent;
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
}
