using AbsBuildTasks.Cake.Targets;
using AbsBuildTasks.Cake.Tests.Fakes;
using Cake.Core.IO;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting.Tests;

/// <summary>A build's context as a user would write it, over a Cake that starts nothing.</summary>
internal sealed class FakeContext(FakeCake cake) : FrostingContext(cake.Context), IAbsContext
{
    public IEnumerable<FilePath> ModelProjects { get; init; } = ["one", "two.csproj"];

    public IEnumerable<FilePath> DiffPlans { get; init; } = ["a.json", "b.json"];

    public AbsSearchSettings SearchSettings => new() { Device = "cpu" };
}
