namespace Build.Tests.Harness;

/// <summary>Tests that share one feed, and run one after the other: each keeps the machine busy.</summary>
[CollectionDefinition(Name)]
public sealed class BuildCollection : ICollectionFixture<PackedFeed>
{
    public const string Name = "builds";
}
