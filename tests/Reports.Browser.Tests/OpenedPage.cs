using Microsoft.Playwright;

namespace Reports.Browser.Tests;

/// <summary>A page, and what its browser complained of.</summary>
public sealed class OpenedPage : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    public OpenedPage(IPage page, Uri address)
    {
        Page = page;
        page.Console += (_, message) => _complaints.Add(message.Text);
        page.PageError += (_, message) => _complaints.Add(message);
        page.Request += (_, request) => _complaints.AddRange(request.Url.StartsWith(address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal) ? [] : [request.Url]);
    }

    public IPage Page { get; }

    /// <summary>Messages of the console, and addresses asked of the network.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Runs a script of this project in the page; it returns what it finds wrong.</summary>
    public async Task<string[]> FindAsync(string script) =>
        await Page.EvaluateAsync<string[]>(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Scripts", script)));

    public async Task OpenFoldsAsync() => await Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(fold => fold.open = true)");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
