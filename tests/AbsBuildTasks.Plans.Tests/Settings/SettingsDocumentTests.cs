using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Settings;

/// <summary>What users read about settings is what the rows say.</summary>
public class SettingsDocumentTests
{
    private const string Path = "docs/reference.md";
    private const string Heading = "### Settings of a search\n";
    private const string Header = "| metadata | type | default | meaning |\n|---|---|---|---|\n";

    [Fact]
    public void The_reference_has_the_table_of_the_code()
    {
        var page = Repository.Read(Path);
        var start = page.IndexOf(Header, page.IndexOf(Heading, StringComparison.Ordinal), StringComparison.Ordinal) + Header.Length;
        var end = page.IndexOf("\n\n", start, StringComparison.Ordinal);

        Approved.Matches(Path, page[..start] + string.Join('\n', SettingsTable.All.Select(Row)) + page[end..]);
    }

    private static string Row(Setting setting) =>
        $"| `{setting.Name}` | {setting.Type} | {setting.Otherwise ?? setting.Show(SettingsTable.Defaults)} | {setting.Meaning} |";
}
