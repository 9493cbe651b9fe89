using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Caching;

namespace AbsBuildTasks.Tests.Docs;

/// <summary>MSBuild cannot ask for the kinds of results: its targets name those that go along with an assembly.</summary>
public sealed partial class DeliveredFilesTests
{
    [Fact]
    public void The_targets_take_along_just_what_is_delivered()
    {
        var targets = File.ReadAllText(Repository.PathOf("src/AbsBuildTasks/build/AbsBuildTasks.Flow.targets"));
        string[] delivered = [.. ResultFile.All.Where(kind => kind.IsDelivered).Select(kind => kind.Suffix).Order(StringComparer.Ordinal)];

        Assert.All(["_AbsReferencedFile", "_AbsPublished", "_AbsPacked"], item =>
            Assert.Equal(delivered, Endings().Matches(Regex.Match(targets, $"<{item} Include=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value).Select(ending => ending.Value).Order(StringComparer.Ordinal)));
    }

    [GeneratedRegex(@"(\.[a-z]+)+(?=[;']|$)", RegexOptions.None, 1000)]
    private static partial Regex Endings();
}
