using Microsoft.Playwright;

namespace Reports.Browser.Tests;

/// <summary>One browser for all tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser's program; null where there is none.</summary>
    public static string? Executable { get; } =
        Environment.GetEnvironmentVariable("ABS_TESTS_CHROMIUM") ?? Array.Find(Places, File.Exists);

    public async Task InitializeAsync()
    {
        if (Executable is not null)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable });
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a file as a reader would, without network.</summary>
    public Task<OpenedPage> OpenAsync(string file, int width, ColorScheme scheme) => OpenAsync(new Uri(file), width, scheme, isOffline: true);

    /// <summary>Opens a page of this machine's own server.</summary>
    public Task<OpenedPage> OpenServedAsync(string address, int width, ColorScheme scheme) => OpenAsync(new Uri(address), width, scheme, isOffline: false);

    private async Task<OpenedPage> OpenAsync(Uri address, int width, ColorScheme scheme, bool isOffline)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = scheme,
            Offline = isOffline,
        });
        var opened = new OpenedPage(await context.NewPageAsync(), address);
        await opened.Page.GotoAsync(address.AbsoluteUri);
        return opened;
    }
}
