namespace AbsBuildTasks.Frosting.Tests;

public class FrostingPackageTests
{
    [Theory]
    [InlineData("NU1101: Unable to find package Cake.Frosting. No packages exist with this id in source(s): feed", true)]
    [InlineData("NU1102: Unable to find package Cake.Frosting with version (>= 7.0.0)", true)]
    [InlineData("NU1103: Unable to find a stable package Cake.Frosting with version (>= 7.0.0)", true)]
    [InlineData("NU1101: Unable to find package Other. No packages exist with this id in source(s): feed", false)]
    [InlineData("NU1107: Version conflict detected for Cake.Core: Cake.Frosting 7.0.0 -> Cake.Core (= 7.0.0)", false)]
    [InlineData("NU1108: Cycle detected: Cake.Frosting -> Cake.Frosting", false)]
    public void It_is_not_to_be_had_where_no_feed_has_what_it_is_built_with(string error, bool isMissing) =>
        Assert.Equal(isMissing, FrostingPackage.IsMissing($"/src/AbsBuildTasks.Frosting.csproj : error {error} [/src/AbsBuildTasks.Frosting.csproj]"));
}
