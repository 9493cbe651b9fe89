using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AbsBuildTasks.Frosting.Tests;

/// <summary>Versions that have to stand in more than one place.</summary>
public partial class VersionTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/cake.md")]
    [InlineData("src/AbsBuildTasks.Cake/AbsDiffAliases.cs")]
    [InlineData("src/AbsBuildTasks.Cake/AbsTargetAliases.cs")]
    public void Examples_name_the_version_that_is_built(string file)
    {
        var version = Value("Directory.Build.props", "Version");

        var named = Named().Matches(Repository.Read(file)).Select(match => match.Groups["version"].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Equal(version, name));
    }

    [Fact]
    public void Cake_is_the_same_wherever_it_is_named()
    {
        var version = Value("build/CakeReferences.props", "CakeVersion");

        Assert.Contains($"\"version\": \"{version}\"", Repository.Read(".config/dotnet-tools.json"), StringComparison.Ordinal);
        Assert.Contains($"Include=\"Cake.Frosting\" Version=\"{version}\"", Repository.Read("Directory.Packages.props"), StringComparison.Ordinal);
        Assert.Equal(version + ".0", Value("tests/Cake.Frosting.Reference/Cake.Frosting.Reference.csproj", "AssemblyVersion"));
        Assert.Contains($"Cake {Version.Parse(version).ToString(2)} or later", Repository.Read("docs/cake.md"), StringComparison.Ordinal);
    }

    private static string Value(string file, string property) => XDocument.Parse(Repository.Read(file)).Descendants(property).Single().Value;

    [GeneratedRegex("""AbsBuildTasks(\.\w+)?("\ Version="|&(amp;)?version=)(?<version>[^"\s`]+)""", RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Named();
}
