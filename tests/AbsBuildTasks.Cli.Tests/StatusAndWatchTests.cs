using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;
using Newtonsoft.Json.Linq;
using Spectre.Console.Testing;

namespace AbsBuildTasks.Cli.Tests;

/// <summary>Searches of other processes, which are folders that somebody holds and files that somebody writes.</summary>
public sealed class StatusAndWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Searches_that_run_and_that_were_interrupted_are_listed()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 30), Epoch(1, 10), Epoch(2, 20));
        Write("Q", "other", new SearchStarted("other", null, 30), Epoch(4, 10));
        Write("Q", "third", new SearchStarted("third", null, 3), new SearchReported("third", new ErrorEvent("ABS3002", "Training diverged."), 5));
        using var held = Hold("P", "digits");

        // However late this machine looks.
        File.SetLastWriteTimeUtc(FollowedEvents.PathIn(Folder("P", "digits")), DateTime.UtcNow.AddHours(1));
        var run = CommandRun.Of("status", _folder.Path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            [
                "digits  runs  search 2/10  loss 0.125  top-1 97.5  BOPs 4.1% of 3%  about 4 min 40 s left",
                "    " + Folder("P", "digits"),
                "other  was interrupted; the next build goes on with it  search 4/10  loss 0.125  top-1 97.5  BOPs 4.1%",
                "    " + Folder("Q", "other"),
                "third  has ended  failed ABS3002",
                "    " + Folder("Q", "third"),
            ],
            run.Output.TrimEnd('\n').Split('\n'));
        var json = JArray.Parse(CommandRun.Of("status", _folder.Path, "--format", "json").Output);
        Assert.Equal([true, false, false], json.Select(search => (bool)search["isRunning"]!));
        Assert.Equal(("search", 2, 0.041), ((string?)json[0]["phase"], (int)json[0]["epoch"]!, (double)json[0]["relativeBops"]!));
    }

    [Fact]
    public void Jobs_of_a_queue_are_called_by_their_numbers()
    {
        var folders = new[] { "digits", "done", "waiting" }.Select(model =>
        {
            Write("P", model, new SearchStarted(model, 0.03, 30));
            var folder = JobFolder.In(Folder("P", model));
            Directory.CreateDirectory(folder.Folder);
            new JobRecord("slurm", "", model == "digits" ? "64" : "65\u001b", "abs-1", 1).Write(folder);
            return folder;
        }).ToArray();
        Directory.CreateDirectory(folders[1].Result);
        using var running = FolderLock.TryTake(Folder("P", "digits"), TimeSpan.Zero);

        string[] lines = [.. CommandRun.Of("status", _folder.Path).Output.Split('\n').Where(line => line.Length > 0 && line[0] != ' ')];

        Assert.StartsWith("digits  runs, as job 64 of slurm", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("done  has its plan, by job 65\\u001B of slurm; the next build takes it", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("waiting  is job 65\\u001B of slurm, which waits there, or has ended; the next build looks", lines[2], StringComparison.Ordinal);
        var json = JArray.Parse(CommandRun.Of("status", _folder.Path, "--format", "json").Output);
        Assert.Equal(("slurm", "64"), ((string?)json[0]["engine"], (string?)json[0]["job"]));
    }

    [Fact]
    public void Where_there_is_none_that_is_said()
    {
        Assert.Equal($"No search runs in '{_folder.Path}', and none was interrupted.\n", CommandRun.Of("status", _folder.Path).Output);
        Assert.Equal($"No search runs in '{_folder.Path}'.\n", CommandRun.Of("watch", _folder.Path).Output);
        Assert.StartsWith("error ABS4007: There is no folder", CommandRun.Of("watch", _folder.File("no")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_has_just_begun_is_waited_for()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 30));
        Assert.True(new SearchWatch(_folder.Path).Look(TimeSpan.Zero));

        File.SetLastWriteTimeUtc(FollowedEvents.PathIn(Folder("P", "digits")), DateTime.UtcNow.AddHours(-1));
        Assert.False(new SearchWatch(_folder.Path).Look(TimeSpan.Zero));

        // One whose process said something and is gone was interrupted.
        Write("P", "digits", Epoch(1, 10));
        Assert.False(new SearchWatch(_folder.Path).Look(TimeSpan.Zero));
    }

    [Fact]
    public void What_is_in_a_file_of_events_gives_no_orders_to_a_terminal()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 30), new SearchReported("digits", new ProgressEvent("\u001b[31m", 1, 2, 1, 1, null, "\u001b]0;x\u0007", 1), 3));

        Assert.DoesNotContain('\u001b', CommandRun.Of("status", _folder.Path).Output);
    }

    [Fact]
    public async Task A_pipe_gets_a_line_for_each_epoch_until_the_search_ends()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 3), Epoch(1, 1));
        var held = Hold("P", "digits");
        using var output = new StringWriter { NewLine = "\n" };
        var watch = new SearchWatch(_folder.Path);
        Assert.True(watch.Look(TimeSpan.Zero));
        var watching = Task.Run(() => watch.Print(output));
        Write("P", "digits", Epoch(2, 2), new SearchReported("digits", new DoneEvent(), 3));
        held.Dispose();

        await watching;
        var lines = output.ToString().TrimEnd('\n').Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^\d\d:\d\d:\d\d  digits  ", line));
        Assert.Contains("search 1/10  loss 0.125", lines[0], StringComparison.Ordinal);
        Assert.Contains("done", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_left_is_known_at_once_to_who_comes_late()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 30), Epoch(1, 100), Epoch(2, 110), Epoch(3, 120));
        var file = FollowedEvents.PathIn(Folder("P", "digits"));
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(-4));
        var followed = new FollowedSearch(new("digits", Folder("P", "digits")));

        followed.Read(TimeSpan.FromSeconds(7), (_, _) => { });

        // 27 epochs of ten seconds, and the one that runs since four seconds.
        Assert.InRange(followed.State.TimeLeft(TimeSpan.FromSeconds(7))!.Value.TotalSeconds, 200, 267);
    }

    [Fact]
    public void Two_projects_with_a_model_of_one_name_are_told_apart()
    {
        foreach (var project in new[] { "P", "Q" })
        {
            Write(project, "digits", new SearchStarted("digits", 0.03, 3), Epoch(1, 1), new SearchReported("digits", new DoneEvent(), 2));
        }

        using var first = Hold("P", "digits");
        using var second = Hold("Q", "digits");
        using var output = new StringWriter();
        var watch = new SearchWatch(_folder.Path);
        Assert.True(watch.Look(TimeSpan.Zero));
        first.Dispose();
        second.Dispose();

        watch.Print(output);

        Assert.Contains("digits (P)  search", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("digits (Q)  search", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Points_of_a_model_that_are_searched_for_at_once_have_names_of_their_own()
    {
        var held = new List<IDisposable>();
        string[] labels = ["digits", "digits [bops=2%]", "digits [seed 2]"];
        foreach (var label in labels)
        {
            var folder = _folder.File($"P/obj/Debug/net10.0/abs/checkpoints/digits/{held.Count}");
            Directory.CreateDirectory(folder);
            BuildEvent[] events = [new SearchStarted(label, 0.03, 3), new SearchReported(label, new ProgressEvent("search", 1, 10, 0.125, 97.5, 0.041, "top-1", 1), 1), new SearchReported(label, new DoneEvent(), 2)];
            File.WriteAllLines(FollowedEvents.PathIn(folder), events.Select(BuildEventJson.Write));
            held.Add(FolderLock.TryTake(folder, TimeSpan.Zero)!);
        }

        var status = CommandRun.Of("status", _folder.Path).Output;
        var json = JArray.Parse(CommandRun.Of("status", _folder.Path, "--format", "json").Output);
        using var output = new StringWriter { NewLine = "\n" };
        var watch = new SearchWatch(_folder.Path);
        var drawing = new SearchWatch(_folder.Path);
        Assert.True(watch.Look(TimeSpan.Zero));
        Assert.True(drawing.Look(TimeSpan.Zero));
        held.ForEach(each => each.Dispose());
        watch.Print(output);
        using var console = new TestConsole().Width(80);
        drawing.Draw(console);

        Assert.All(labels, label => Assert.Contains($"{label}  runs", status, StringComparison.Ordinal));
        Assert.Equal(labels.Select(label => ("digits", label)), json.Select(search => ((string)search["model"]!, (string)search["label"]!)));
        Assert.All(labels, label => Assert.Contains($"  {label}  search 1/10", output.ToString(), StringComparison.Ordinal));
        Assert.All(labels, label => Assert.Contains($"{label.PadRight(16)}  done", console.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_whose_folder_is_gone_has_ended()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 3), Epoch(1, 1));
        var held = Hold("P", "digits");
        using var output = new StringWriter { NewLine = "\n" };
        var watch = new SearchWatch(_folder.Path);
        Assert.True(watch.Look(TimeSpan.Zero));
        held.Dispose();
        Directory.Delete(Folder("P", "digits"), recursive: true);

        await Task.Run(() => watch.Print(output));

        Assert.Matches(@"^\d\d:\d\d:\d\d  digits  ended\n$", output.ToString());
    }

    [Fact]
    public void An_end_that_nothing_tells_of_is_called_one()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 3), Epoch(1, 1));
        var search = new KnownSearch("digits", Folder("P", "digits"));
        var followed = new FollowedSearch(search);
        followed.Read(TimeSpan.Zero, (_, _) => { });
        Assert.False(followed.State.HasEnded);
        Directory.Delete(search.Folder, recursive: true);

        followed.Read(TimeSpan.Zero, (_, _) => { });

        Assert.True(followed.State.HasEnded);
        Assert.Equal("ended", SearchWords.Phase(followed.State));
        Assert.Null(followed.State.TimeLeft(TimeSpan.Zero));
    }

    [UnixFact]
    public void Folders_of_others_and_those_that_must_not_be_read_are_passed_over()
    {
        Write("P", "digits", new SearchStarted("digits", 0.03, 3));
        Write("P/.git", "hidden", new SearchStarted("hidden", 0.03, 3));
        Write("P/node_modules/a", "hidden", new SearchStarted("hidden", 0.03, 3));
        var closed = Directory.CreateDirectory(_folder.File("P/closed")).FullName;
        SetMode(closed, UnixFileMode.None);

        Assert.Equal(["digits"], KnownSearch.In(_folder.Path).Select(search => search.Model));

        SetMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        static void SetMode(string folder, UnixFileMode mode)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, mode);
            }
        }
    }

    private static SearchReported Epoch(int epoch, double seconds) => new("digits", new ProgressEvent("search", epoch, 10, 0.125, 97.5, 0.041, "top-1", epoch), seconds);

    private string Folder(string project, string model) => _folder.File($"{project}/obj/Debug/net10.0/abs/checkpoints/{model}/0123");

    private IDisposable Hold(string project, string model) => FolderLock.TryTake(Folder(project, model), TimeSpan.Zero)!;

    private void Write(string project, string model, params BuildEvent[] events)
    {
        Directory.CreateDirectory(Folder(project, model));
        File.AppendAllLines(FollowedEvents.PathIn(Folder(project, model)), events.Select(BuildEventJson.Write));
    }
}
