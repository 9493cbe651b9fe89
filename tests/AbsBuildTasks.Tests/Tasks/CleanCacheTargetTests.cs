using System.Diagnostics;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>The target of projects with several frameworks, with a stand-in for the one of each framework.</summary>
public sealed class CleanCacheTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("net8.0;netstandard2.0", "net8.0")]
    [InlineData("; netstandard2.0 ;net10.0", "netstandard2.0")]
    [InlineData("net10.0", "net10.0")]
    public async Task The_first_framework_cleans_whether_or_not_it_can_be_searched(string frameworks, string first)
    {
        var targets = Repository.PathOf("src/AbsBuildTasks/buildMultiTargeting/AbsBuildTasks.targets");
        _folder.Write("inner.targets", """
            <Project>
              <Target Name="AbsCleanCache"><Message Importance="high" Text="cleaned by $(TargetFramework)." /></Target>
            </Project>
            """);
        var project = _folder.Write("x.proj", $"""
            <Project>
              <PropertyGroup><TargetFrameworks>{frameworks}</TargetFrameworks></PropertyGroup>
              <Import Project="{targets}" Condition="'$(TargetFramework)' == ''" />
              <Import Project="inner.targets" Condition="'$(TargetFramework)' != ''" />
            </Project>
            """);

        Assert.Equal($"cleaned by {first}.", (await MSBuildAsync(project, "-t:AbsCleanCache")).Trim());
    }

    private static async Task<string> MSBuildAsync(string project, string target)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", project, target, "-nologo", "-v:m", "-m:1", "-nodeReuse:false"]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
