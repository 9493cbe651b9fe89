using Build.Tests.Harness;

namespace Build.Tests.Faults;

/// <summary>Clocks go backwards, and files come from machines with another: no time decides about a plan.</summary>
public sealed class ClockTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Theory]
    [InlineData(1970)]
    [InlineData(2100)]
    public async Task Whatever_the_times_say_plans_are_kept_and_changes_are_seen(int year)
    {
        var project = await feed.AcceptedCopyAsync();
        var time = new DateTime(year, 1, 2, 0, 0, 0, DateTimeKind.Utc);
        var data = Path.Combine(project.Folder, "data", "images.csv");
        foreach (var file in new[] { project.Output, project.State, project.Cache }.SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)).Append(data))
        {
            File.SetLastWriteTimeUtc(file, time);
        }

        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync()).Succeeded().Output, StringComparison.Ordinal);
        await project.BuildAsync("-t:Clean");
        (await project.BuildWithoutWorkerAsync()).Succeeded();

        // As old or as new as before, or older still.
        var text = await File.ReadAllTextAsync(data);
        await File.WriteAllTextAsync(data, text + "\n");
        File.SetLastWriteTimeUtc(data, time);
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).FailedWith("ABS5002");
        await File.WriteAllTextAsync(data, text.Replace('0', '1'));
        File.SetLastWriteTimeUtc(data, time.AddYears(-1));
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).FailedWith("ABS5002");
    }
}
