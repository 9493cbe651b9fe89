using System.Globalization;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Reports.Browser.Tests;

/// <summary>Reports as readers meet them: on a phone, a laptop and a large screen, light and dark, by keyboard and by screen reader.</summary>
public sealed class ReportPageTests(Browser browser, ReportFiles files) : IClassFixture<Browser>, IClassFixture<ReportFiles>
{
    private const int Phone = 390;
    private const int Small = 1024;

    private static readonly int[] Widths = [Phone, Small, 1920];
    private static readonly ColorScheme[] Schemes = [ColorScheme.Light, ColorScheme.Dark];

    public static IEnumerable<object[]> Everywhere => from name in ReportFiles.Names from width in Widths from scheme in Schemes select new object[] { name, width, scheme };

    public static TheoryData<string> Reports => [.. ReportFiles.Names];

    [BrowserTheory]
    [MemberData(nameof(Everywhere))]
    public async Task Text_is_whole_and_readable(string name, int width, ColorScheme scheme)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), width, scheme);

        Assert.Empty(await opened.FindAsync("layout.js"));
        await opened.OpenFoldsAsync();
        Assert.Empty(await opened.FindAsync("layout.js"));
        Assert.Empty(await opened.FindAsync("contrast.js"));
        Assert.Empty(opened.Complaints);
    }

    /// <summary>Pictures for people: where <c>ABS_TESTS_PICTURES</c> names a folder, it gets one of each page as it opens, and a page with its folds open.</summary>
    [BrowserTheory]
    [MemberData(nameof(Everywhere))]
    public async Task It_can_be_looked_at(string name, int width, ColorScheme scheme)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), width, scheme);
        if (Environment.GetEnvironmentVariable("ABS_TESTS_PICTURES") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{width}-{scheme}.png").ToLowerInvariant()), await opened.Page.ScreenshotAsync(new() { FullPage = name != "large" }));
        }

        Assert.True(await opened.Page.EvaluateAsync<bool>("() => document.querySelector('h1').getBoundingClientRect().width > 0"));
    }

    [BrowserTheory]
    [InlineData("refused")]
    [InlineData("blocks")]
    [InlineData("digits")]
    public async Task On_a_small_screen_no_table_is_cut(string name)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), Small, ColorScheme.Light);

        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.scroll')].filter(table => table.scrollWidth > table.clientWidth).length"));
    }

    /// <summary>On a phone a reader sees what changed without pushing tables about.</summary>
    [BrowserTheory]
    [InlineData("refused")]
    [InlineData("blocks")]
    [InlineData("digits")]
    [InlineData("several")]
    public async Task What_changed_is_seen_on_a_phone(string name)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), Phone, ColorScheme.Light);

        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('#verdict td, #changes td, header td, [id^=part-] .better, [id^=part-] .worse')].filter(cell => cell.getBoundingClientRect().right > document.documentElement.clientWidth).length"));
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('#verdict .name, #changes .name')].filter(name => !/[._/]/.test(name.textContent) && name.getClientRects().length > 1).length"));
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.unbroken')].filter(part => part.getClientRects().length > 1).length"));
        if (name == "refused")
        {
            Assert.True(await opened.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('#verdict .unbroken')].some(part => part.textContent.startsWith('-t:AbsAcceptPlans'))"));
        }
    }

    [BrowserTheory]
    [InlineData("digits", ColorScheme.Light)]
    [InlineData("digits", ColorScheme.Dark)]
    [InlineData("large", ColorScheme.Light)]
    [InlineData("tiny", ColorScheme.Light)]
    public async Task Pictures_are_whole_and_readable(string name, ColorScheme scheme)
    {
        await using var opened = await browser.OpenAsync(files.PictureOf(name), Small, scheme);

        Assert.Empty(await opened.FindAsync("layout.js"));
        Assert.Empty(await opened.FindAsync("contrast.js"));
        Assert.Equal(["not one h1"], await opened.FindAsync("headings.js"));
        Assert.Empty(opened.Complaints);
    }

    [BrowserTheory]
    [MemberData(nameof(Reports))]
    public async Task Dark_and_light_are_not_the_same(string name)
    {
        var papers = new HashSet<string>();
        foreach (var scheme in Schemes)
        {
            await using var opened = await browser.OpenAsync(files.PathOf(name), Phone, scheme);
            papers.Add(await opened.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
        }

        Assert.Equal(2, papers.Count);
    }

    [BrowserTheory]
    [MemberData(nameof(Reports))]
    public async Task Screen_readers_find_names_and_order(string name)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), Phone, ColorScheme.Light);

        Assert.Empty(await opened.FindAsync("headings.js"));
        var audit = await opened.Page.RunAxe();
        Assert.Empty(audit.Violations.Select(violation => $"{violation.Id}: {violation.Help} ({violation.Nodes.Length}, {violation.Nodes[0].Html})"));
    }

    [BrowserTheory]
    [MemberData(nameof(Reports))]
    public async Task The_first_link_skips_to_the_plan(string name)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), Phone, ColorScheme.Light);
        var page = opened.Page;

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the plan", await page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        Assert.True(await page.EvaluateAsync<bool>("() => document.activeElement.getBoundingClientRect().top >= 0"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("() => document.activeElement.id"));
    }

    [BrowserTheory]
    [MemberData(nameof(Reports))]
    public async Task The_keyboard_reaches_everything_there_is_to_use(string name)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), Phone, ColorScheme.Light);
        var page = opened.Page;
        var useful = await page.EvaluateAsync<int>("() => [...document.querySelectorAll('a, summary, .scroll')].filter(element => element.checkVisibility()).length");
        var reached = new HashSet<string>();
        for (var i = 0; i < useful; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("() => document.activeElement.localName + [...document.querySelectorAll('*')].indexOf(document.activeElement)"));
        }

        Assert.Equal(useful, reached.Count);
        Assert.DoesNotContain(reached, element => element.StartsWith("body", StringComparison.Ordinal));
    }

    [BrowserTheory]
    [InlineData("layout.js", "<h1 style='width:2000px'>a</h1>", "the page is")]
    [InlineData("layout.js", "<p style='width:20px;overflow:hidden;white-space:nowrap'>a long text</p>", "is cut off")]
    [InlineData("layout.js", "<svg width='90' height='30'><text x='9' y='20'>one</text><text x='12' y='20'>two</text></svg>", "lies over")]
    [InlineData("layout.js", "<svg width='20' height='30'><text y='20'>a long text</text></svg>", "leaves its chart")]
    [InlineData("contrast.js", "<p style='color:#777;background:#fff'>grey</p>", "below 4.5")]
    [InlineData("headings.js", "<h1>a</h1><h3>b</h3>", "h3 'b' follows h1")]
    public async Task These_tests_find_what_is_wrong(string script, string body, string problem)
    {
        await using var opened = await browser.OpenAsync(files.PathOf("tiny"), Phone, ColorScheme.Light);
        await opened.Page.SetContentAsync($"<!DOCTYPE html>{body}");

        Assert.Contains(await opened.FindAsync(script), found => found.Contains(problem, StringComparison.Ordinal));
    }

    [BrowserTheory]
    [InlineData("large")]
    public async Task A_fold_opens_by_keyboard(string name)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), Phone, ColorScheme.Light);
        var fold = opened.Page.Locator("details").First;

        await fold.Locator("summary").PressAsync("Enter");

        Assert.True(await fold.EvaluateAsync<bool>("fold => fold.open"));
    }

    [BrowserTheory]
    [InlineData("large")]
    public async Task Names_stay_text(string name)
    {
        await using var opened = await browser.OpenAsync(files.PathOf(name), Phone, ColorScheme.Light);

        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => document.querySelectorAll('script, b').length"));
        Assert.Equal("<script>alert(1)</script>", (await opened.Page.Locator("h1").TextContentAsync())!.Trim());
    }
}
