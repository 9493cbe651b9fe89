using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Documents;

public class FingerprintTests
{
    [Fact]
    public void The_hash_of_given_entries_never_changes() => Assert.Equal(
        "e607766a5e0e767a4ab813f1c073e0e4595b21dd2542916d48bad184a52733c5",
        new FingerprintBuilder().Add("engine", "1").Add("code:Digits.dll", "é").Build().Hash);

    [Fact]
    public void The_order_of_adding_does_not_matter()
    {
        var left = new FingerprintBuilder().Add("b", "2").Add("a", "1").Add("B", "3").Build();
        var right = new FingerprintBuilder().Add("B", "3").Add("a", "1").Add("b", "2").Build();

        Assert.Equal(left.Hash, right.Hash);
        Assert.Equal(["B", "a", "b"], left.Entries.Select(entry => entry.Key));
        Assert.True(Fingerprint.IsHash(left.Hash));
    }

    [Theory]
    [InlineData("ab", "c")]
    [InlineData("a", "c")]
    [InlineData("a", "bc1:")]
    public void Entries_that_read_alike_hash_differently(string name, string value) => Assert.NotEqual(
        new FingerprintBuilder().Add("a", "bc").Build().Hash,
        new FingerprintBuilder().Add(name, value).Build().Hash);

    [Property]
    public bool Two_entries_are_never_one(FsCheck.NonNull<string> name, FsCheck.NonNull<string> value) =>
        new FingerprintBuilder().Add("", "").Add(name.Get + "x", value.Get).Build().Hash != new FingerprintBuilder().Add(name.Get + "x", value.Get).Build().Hash;

    [Fact]
    public void A_name_is_added_once() => Assert.Throws<ArgumentException>(() => new FingerprintBuilder().Add("a", "1").Add("a", "1"));

    [Fact]
    public void Changes_are_told_by_name()
    {
        var before = new FingerprintBuilder().Add("engine", "1").Add("data:a.csv", new string('0', 64)).Add("data:b.csv", "x").Add("setting:Seed", "1").Add("setting:Layers", "").Build();
        var after = new FingerprintBuilder().Add("engine", "1").Add("data:a.csv", new string('1', 64)).Add("data:c.csv", "x").Add("setting:Seed", "2").Add("setting:Layers", "head:keep").Build();

        Assert.Equal(
            ["data:a.csv changed", "data:b.csv is gone", "data:c.csv is new", "setting:Layers changed from nothing to head:keep", "setting:Seed changed from 1 to 2"],
            FingerprintChanges.Between(before.Entries, after.Entries));
    }
}
