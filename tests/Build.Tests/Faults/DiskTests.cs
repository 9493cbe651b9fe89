using Build.Tests.Harness;

namespace Build.Tests.Faults;

/// <summary>Disks that are full and folders that must not be written: an error with a code, what there was stays whole, and the next build is right.</summary>
public sealed class DiskTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string State = "obj/Debug/net10.0/abs";
    private const string Output = "bin/Debug/net10.0/abs";

    // Another plan than the accepted one, from a search.
    private static readonly string[] NewPlan = ["-p:TinyTrainEpochs=3", "-p:AbsSnapshotMode=off"];

    [DiskTheory]
    [InlineData(State, 0)]
    [InlineData(State, 24)]
    [InlineData(Output, 8)]
    public async Task A_full_disk_is_an_error_and_the_plans_stay(string folder, int kilobytesLeft)
    {
        var project = await feed.AcceptedCopyAsync();
        using var disk = new SmallDisk(Path.Combine(project.Folder, folder));
        disk.Fill(kilobytesLeft);
        var plans = OldPlans(project, folder);

        var outcome = await project.BuildAsync(NewPlan);

        Assert.Contains("No space left on device", outcome.FailedWith("ABS1008").Message, StringComparison.Ordinal);
        Assert.Superset(plans.ToHashSet(), OldPlans(project, folder).ToHashSet());
        Assert.Empty(Unfinished(Path.Combine(project.Folder, folder)));
        disk.Free();
        (await project.BuildAsync(NewPlan)).Succeeded();
        Assert.NotEqual(plans, OldPlans(project, folder));
    }

    [DiskTheory]
    [InlineData(0)]
    [InlineData(12)]
    public async Task A_full_cache_is_a_warning(int kilobytesLeft)
    {
        var project = await feed.AcceptedCopyAsync();
        var plan = await File.ReadAllBytesAsync(project.Plan);
        var cache = Path.Combine(project.Folder, "..", "small cache");
        using var disk = new SmallDisk(cache);

        // A cache is empty when a build makes it one; of another plan, so that this one's files need room.
        (await project.BuildAsync([.. NewPlan, $"-p:AbsCacheDirectory={cache}"])).Succeeded();
        disk.Fill(kilobytesLeft);

        var outcome = await project.BuildAsync("-p:AbsSearchMode=force", $"-p:AbsCacheDirectory={cache}");

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Equal("ABS5003", Assert.Single(outcome.Warnings).Code);
        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));
        Assert.Empty(Unfinished(cache));
        disk.Free();
        (await project.BuildAsync("-p:AbsSearchMode=force", $"-p:AbsCacheDirectory={cache}")).Succeeded();
        await project.BuildAsync("-t:Clean");
        (await project.BuildWithoutWorkerAsync($"-p:AbsCacheDirectory={cache}")).Succeeded();
    }

    [DiskTheory]
    [InlineData(State)]
    [InlineData(Output)]
    public async Task A_folder_that_must_not_be_written_is_an_error_and_the_plans_stay(string folder)
    {
        var project = await feed.AcceptedCopyAsync();
        using var disk = new SmallDisk(Path.Combine(project.Folder, folder));
        var plans = OldPlans(project, folder);
        disk.MakeReadOnly();

        (await project.BuildAsync(NewPlan)).FailedWith("ABS1008");

        Assert.Equal(plans, OldPlans(project, folder));
        disk.MakeWritable();
        (await project.BuildAsync(NewPlan)).Succeeded();
    }

    [DiskFact]
    public async Task Packages_that_must_only_be_read_will_do()
    {
        _ = await feed.AcceptedAsync();
        var project = new FixtureProject(feed);
        var own = Path.GetFullPath(Path.Combine(project.Folder, "..", "read-only packages"));
        using var heavy = new ReadOnlyView(Built.PackageFolder, Path.Combine(own, "heavy"));
        using var light = new ReadOnlyView(feed.Environment["NUGET_PACKAGES"], Path.Combine(own, "light"));
        Assert.Throws<IOException>(() => File.WriteAllText(Path.Combine(own, "heavy", "written"), ""));
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "NuGet.config"), $"""
            <configuration>
              <fallbackPackageFolders>
                <clear />
                <add key="heavy" value="{own}/heavy" />
                <add key="light" value="{own}/light" />
              </fallbackPackageFolders>
            </configuration>
            """);
        var packages = Path.Combine(own, "none");

        (await project.BuildAsync(new Dictionary<string, string> { ["NUGET_PACKAGES"] = packages }, "-p:AbsSnapshotMode=off")).Succeeded();

        Assert.True(File.Exists(project.Plan));
        Assert.False(Directory.Exists(packages) && Directory.EnumerateFileSystemEntries(packages).Any());
    }

    [DiskTheory]
    [InlineData("cached")]
    [InlineData("auto")]
    public async Task A_cache_that_must_only_be_read_is_one_to_take_plans_from(string mode)
    {
        var project = await feed.AcceptedCopyAsync();
        await project.BuildAsync("-t:Clean");
        using var disk = new SmallDisk(project.Cache);
        disk.MakeReadOnly();

        (await project.BuildWithoutWorkerAsync($"-p:AbsSearchMode={mode}")).Succeeded();
    }

    [Theory]
    [InlineData(State)]
    [InlineData(Output)]
    [InlineData("AbsPlans")]
    public async Task A_file_where_a_folder_is_to_be_is_an_error(string folder)
    {
        var project = await feed.AcceptedCopyAsync();
        var path = Path.Combine(project.Folder, folder);
        var aside = path + " aside";
        Directory.Move(path, aside);
        await File.WriteAllTextAsync(path, "in the way");

        var error = (await project.BuildAsync()).FailedWith("ABS1008");

        Assert.Contains(folder, error.Message, StringComparison.Ordinal);
        Assert.Equal("in the way", await File.ReadAllTextAsync(path));
        File.Delete(path);
        Directory.Move(aside, path);
        (await project.BuildWithoutWorkerAsync()).Succeeded();
    }

    private static Dictionary<string, string> OldPlans(FixtureProject project, string folder) => project.Plans()
        .Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal))
        .ToDictionary(file => file.Key, file => file.Value);

    private static IEnumerable<string> Unfinished(string folder) => Directory.EnumerateFileSystemEntries(folder, "*.tmp*", SearchOption.AllDirectories);
}
