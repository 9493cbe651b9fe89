namespace Build.Tests.Harness;

/// <summary>A fixture project with an accepted plan, and how it got there.</summary>
/// <param name="Project">The project.</param>
/// <param name="FirstBuild">The build that searched.</param>
/// <param name="FilesAfterFirstBuild">The files that this build left, beside the compiler's.</param>
/// <param name="Acceptance">The run of the target that accepts.</param>
internal sealed record AcceptedProject(FixtureProject Project, BuildOutcome FirstBuild, IReadOnlyList<string> FilesAfterFirstBuild, BuildOutcome Acceptance)
{
    public static async Task<AcceptedProject> CreateAsync(PackedFeed feed)
    {
        var project = new FixtureProject(feed);
        var build = await project.BuildAsync();
        _ = build.FailedWith("ABS4002");
        string[] files = [.. new[] { project.Output, Path.GetDirectoryName(project.Received)! }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles)
            .Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal)];
        var acceptance = (await project.BuildAsync("-t:AbsAcceptPlans")).Succeeded();
        (await project.BuildAsync()).Succeeded();
        return new AcceptedProject(project, build, files, acceptance);
    }
}
