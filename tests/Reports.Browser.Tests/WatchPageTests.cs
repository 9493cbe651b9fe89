using AbsBuildTasks.Cli.Serving;
using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Runs;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Reports.Browser.Tests;

/// <summary>The page of <c>abs watch --serve</c>, as a browser shows it while a search goes on.</summary>
public sealed class WatchPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly SearchBoard _board = new();
    private readonly List<WatchServer> _servers = [];

    public static TheoryData<int, ColorScheme> Screens => new() { { 390, ColorScheme.Light }, { 390, ColorScheme.Dark }, { 1024, ColorScheme.Light }, { 1024, ColorScheme.Dark }, { 1920, ColorScheme.Light } };

    public void Dispose() => _servers.ForEach(server => server.Dispose());

    [BrowserTheory]
    [MemberData(nameof(Screens))]
    public async Task It_is_whole_and_readable_and_can_be_looked_at(int width, ColorScheme scheme)
    {
        Tell(new SearchStarted("digits", 0.03, 30));
        Epochs("train", 1, 12);
        Epochs("search", 13, 19);
        await using var opened = await browser.OpenServedAsync(Serve(), width, scheme);

        Assert.Empty(await opened.FindAsync("layout.js"));
        await opened.OpenFoldsAsync();
        Assert.Empty(await opened.FindAsync("layout.js"));
        Assert.Empty(await opened.FindAsync("contrast.js"));
        Assert.Empty(await opened.FindAsync("headings.js"));
        Assert.Empty((await opened.Page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help}"));
        Assert.Empty(opened.Complaints);
        if (Environment.GetEnvironmentVariable("ABS_TESTS_PICTURES") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            await opened.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(fold => fold.open = false)");
            await File.WriteAllBytesAsync(Path.Combine(folder, FormattableString.Invariant($"watch-{width}-{scheme}.png").ToLowerInvariant()), await opened.Page.ScreenshotAsync(new() { FullPage = true }));
        }
    }

    [BrowserTheory]
    [InlineData("search 2/")]
    public async Task It_follows_the_search_and_leaves_open_what_was_opened(string later)
    {
        Tell(new SearchStarted("digits", 0.03, 30));
        Epochs("search", 13, 13);
        await using var opened = await browser.OpenServedAsync(Serve(), 1024, ColorScheme.Light);
        opened.Page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        await opened.OpenFoldsAsync();
        Assert.DoesNotContain(later, await opened.Page.TextContentAsync("main") ?? "", StringComparison.Ordinal);

        Epochs("search", 14, 14);

        await opened.Page.GetByText(later).First.WaitForAsync();
        Assert.True(await opened.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('details')].every(fold => fold.open)"));
        Assert.Empty(opened.Complaints);
    }

    private string Serve()
    {
        _servers.Add(WatchServer.Start(null, () => _board.Read(searches => WatchPage.Render(searches, "/home/me/src/Digits", TimeSpan.FromSeconds(39)))));
        return _servers[^1].Address;
    }

    private void Epochs(string phase, int first, int last)
    {
        for (var done = first; done <= last; done++)
        {
            if (phase == "search")
            {
                RunLayer[] layers = [new("conv1", 32 >> ((done - first) / 2), 8, 32 - done), new("conv2", done < last ? 8 : 4, 8, 64 - (2 * done)), new("fc1", 4, done < last - 2 ? 8 : 4, 128 - (3 * done)), new("fc2", 8, 8, 10)];
                Tell(new SearchReported("digits", new LayersEvent(phase, done, layers)));
            }

            Tell(new SearchReported("digits", new ProgressEvent(phase, phase == "search" ? done - 12 : done, 12, 2.0 / done, 98 - (20.0 / done), phase == "search" ? 0.6 / (done - first + 1) : null, "top-1", done), 2.0 * done));
        }
    }

    private void Tell(BuildEvent told) => _board.Apply(new("digits", "/home/me/src/Digits/obj/abs/checkpoints/digits/01"), "digits", told, told is SearchReported { Seconds: { } seconds } ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero);
}
