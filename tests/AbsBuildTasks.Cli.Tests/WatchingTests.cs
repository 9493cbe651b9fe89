using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Spectre.Console.Testing;

namespace AbsBuildTasks.Cli.Tests;

public sealed class WatchingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_time_left_follows_the_pace_of_the_phase_that_runs()
    {
        var search = new SearchState { Label = "m" };
        search.Apply(new SearchStarted("m", 0.05, 6), Seconds(10));
        Assert.Null(search.TimeLeft(Seconds(11)));

        search.Apply(Epoch("train", 1, 2, done: 1), Seconds(11));
        Assert.Null(search.TimeLeft(Seconds(11)));
        search.Apply(Epoch("train", 2, 2, done: 2), Seconds(12));
        Assert.Equal(Seconds(4), search.TimeLeft(Seconds(12)));
        Assert.Equal(Seconds(3), search.TimeLeft(Seconds(13)));

        search.Apply(Epoch("calibrate", 1, 1, done: 2), Seconds(13));
        search.Apply(Epoch("search", 1, 3, done: 3), Seconds(23));
        Assert.Equal(Seconds(30), search.TimeLeft(Seconds(23)));
        Assert.Equal(TimeSpan.Zero, search.TimeLeft(Seconds(99)));

        search.Apply(new SearchReported("m", new DoneEvent()), Seconds(24));
        Assert.Null(search.TimeLeft(Seconds(24)));
    }

    [Fact]
    public void A_search_that_goes_on_counts_what_an_earlier_run_did_but_not_for_the_pace()
    {
        var search = new SearchState { Label = "m" };
        search.Apply(new SearchStarted("m", 0.05, 30), Seconds(0));

        search.Apply(Epoch("search", 4, 10, done: 14), Seconds(5));
        Assert.Equal((14, null), (search.Done, search.TimeLeft(Seconds(5))));

        search.Apply(Epoch("search", 5, 10, done: 15), Seconds(7));
        Assert.Equal((15, Seconds(30)), (search.Done, search.TimeLeft(Seconds(7))));
    }

    [Fact]
    public void A_search_that_goes_on_shows_from_its_first_step_what_an_earlier_run_did()
    {
        var display = new SearchDisplay();
        display.Apply(new SearchStarted("digits", 0.03, 20), Seconds(0));
        display.Apply(new SearchReported("digits", new StepEvent("search", 6, 10, 1, 4, 15), 3), Seconds(3));

        Assert.Equal("digits  search 5/10      [###############.....]\n        budget 3%  epoch 6 at 25%  4 s so far", Draw(display, Seconds(4)));
    }

    [Fact]
    public void The_pace_of_a_search_that_goes_on_is_that_of_its_own_epochs()
    {
        var search = new SearchState { Label = "m" };
        search.Apply(new SearchStarted("m", 0.05, 30), Seconds(0));
        search.Apply(new SearchReported("m", new StepEvent("search", 4, 10, 1, 4, 13), 3), Seconds(3));
        Assert.Equal((13, null), (search.Done, search.TimeLeft(Seconds(3))));

        search.Apply(Epoch("search", 4, 10, done: 14), Seconds(5));
        Assert.Null(search.TimeLeft(Seconds(5)));

        search.Apply(Epoch("search", 5, 10, done: 15), Seconds(7));

        Assert.Equal((15, Seconds(30)), (search.Done, search.TimeLeft(Seconds(7))));
    }

    [Fact]
    public void Where_the_layers_alone_keep_the_budget_what_the_network_may_cost_is_shown()
    {
        var search = new SearchState { Label = "m" };
        search.Apply(new SearchStarted("m", 0.03, 3), Seconds(0));
        search.Apply(new SearchReported("m", new LimitEvent(0.0834)), Seconds(1));

        Assert.Equal("budget 8.34%", SearchWords.Numbers(search));
    }

    [Fact]
    public void A_second_attempt_takes_nothing_back()
    {
        var search = new SearchState { Label = "m" };
        search.Apply(new SearchStarted("m", 0.05, 3), Seconds(0));
        search.Apply(Epoch("fine-tune", 1, 1, done: 3), Seconds(1));

        search.Apply(Epoch("freeze", 1, 1, done: 2), Seconds(2));

        Assert.Equal(3, search.Done);
    }

    [Fact]
    public void What_the_plan_costs_is_told_to_the_end()
    {
        var search = new SearchState { Label = "m" };
        search.Apply(new SearchStarted("m", 0.05, 3), Seconds(0));
        search.Apply(new SearchReported("m", new ProgressEvent("freeze", 1, 1, null, null, 0.02, "top-1", 3)), Seconds(1));

        search.Apply(new SearchReported("m", new ProgressEvent("evaluate", 1, 1, null, 97.5, null, "top-1", 3)), Seconds(2));

        Assert.Equal("top-1 97.5  BOPs 2.0% of 5%", SearchWords.Numbers(search));
    }

    [Fact]
    public void A_search_that_runs_is_never_about_to_have_ended_already()
    {
        var search = new SearchState { Label = "m" };
        search.Apply(new SearchStarted("m", 0.05, 3), Seconds(0));
        search.Apply(Epoch("train", 1, 3, done: 1), Seconds(1));
        search.Apply(Epoch("train", 2, 3, done: 2), Seconds(2));

        Assert.Equal("about 1 s left", SearchWords.Left(search, Seconds(60)));
    }

    [Fact]
    public void Searches_are_drawn_below_each_other()
    {
        var display = new SearchDisplay();
        Assert.Equal("building, 00:07", Draw(display, Seconds(7)));

        display.Apply(new SearchStarted("digits", 0.03, 30), Seconds(8));
        display.Apply(Epoch("train", 1, 10, done: 1), Seconds(18));
        display.Apply(Epoch("train", 2, 10, done: 2), Seconds(28));
        display.Apply(new SearchStarted("[red]\u001b[31m", 0.5, 3), Seconds(28));
        display.Apply(new SearchStarted("gone", 0.5, 3), Seconds(28));
        display.Apply(new SearchReported("gone", new ErrorEvent("\u001b[2J\u202e", "Training diverged.")), Seconds(28));

        Approved.Matches("tests/AbsBuildTasks.Cli.Tests/search.verified.txt", Draw(display, Seconds(28)));
    }

    [Fact]
    public void How_far_an_epoch_is_and_the_time_so_far_are_there_from_its_first_step_on()
    {
        var display = new SearchDisplay();
        display.Apply(new SearchStarted("digits", 0.03, 2), Seconds(8));
        display.Apply(new SearchReported("digits", new StepEvent("train", 1, 2, 1, 4, 0), 3), Seconds(11));

        Assert.Equal("digits  train 0/2        [##..................]\n        budget 3%  epoch 1 at 25%  1 min 2 s so far", Draw(display, Seconds(70)));

        display.Apply(new SearchReported("digits", new ProgressEvent("train", 1, 2, 0.125, 97.5, null, "top-1", 1), 63), Seconds(71));
        display.Apply(new SearchReported("digits", new StepEvent("train", 2, 2, 3, 4, 1), 93), Seconds(101));

        Assert.StartsWith("digits  train 1/2        [#################...]", Draw(display, Seconds(101)), StringComparison.Ordinal);

        display.Apply(new SearchReported("digits", new DoneEvent(), 94), Seconds(102));
        Assert.DoesNotContain("so far", Draw(display, Seconds(103)), StringComparison.Ordinal);
        Assert.DoesNotContain("epoch", Draw(display, Seconds(103)), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_search_of_a_model_takes_the_place_of_the_one_before()
    {
        var display = new SearchDisplay();
        display.Apply(new SearchStarted("digits", 0.03, 2), Seconds(1));
        display.Apply(Epoch("train", 2, 2, done: 2), Seconds(2));
        display.Apply(new SearchReported("digits", new DoneEvent()), Seconds(3));

        display.Apply(new SearchStarted("digits", 0.01, 2), Seconds(4));
        display.Apply(Epoch("search", 1, 2, done: 1), Seconds(5));

        var drawn = Draw(display, Seconds(5));
        Assert.Contains("search 1/2", drawn, StringComparison.Ordinal);
        Assert.Contains("of 1%", drawn, StringComparison.Ordinal);
        Assert.DoesNotContain("train", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_are_read_once_each_and_whole()
    {
        var file = _folder.File("events.jsonl");
        var reader = new EventsReader(file);
        var line = BuildEventJson.Write(new SearchStarted("m", 0.1, 1));
        Assert.Empty(reader.Read());

        File.WriteAllText(file, $"{line}\nnonsense\n{line[..10]}");
        Assert.Single(reader.Read());
        Assert.Empty(reader.Read());

        File.AppendAllText(file, line[10..] + "\n");
        Assert.Equal([new SearchStarted("m", 0.1, 1)], reader.Read());
    }

    [Fact]
    public void A_file_that_begins_anew_is_read_from_its_beginning()
    {
        var file = _folder.File("events.jsonl");
        var reader = new EventsReader(file);
        var first = BuildEventJson.Write(new SearchStarted("m", 0.1, 1));
        File.WriteAllText(file, $"{first}\n{first}\n{first[..10]}");
        Assert.Equal(2, reader.Read().Count);

        File.WriteAllText(file, BuildEventJson.Write(new SearchStarted("m", 0.2, 1)) + "\n");

        Assert.Equal([new SearchStarted("m", 0.2, 1)], reader.Read());
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static SearchReported Epoch(string phase, int epoch, int epochs, int done) =>
        new("digits", new ProgressEvent(phase, epoch, epochs, 0.125, 97.5, phase == "search" ? 0.041 : null, "top-1", done));

    private static string Draw(SearchDisplay display, TimeSpan now)
    {
        using var console = new TestConsole().Width(80);
        console.Write(display.Render(now));
        return string.Join('\n', console.Output.Split('\n').Select(line => line.TrimEnd())).TrimEnd();
    }
}
