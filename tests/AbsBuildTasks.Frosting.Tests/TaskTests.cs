using System.Reflection;
using AbsBuildTasks.Cake.Tests.Fakes;
using Cake.Core;
using Cake.Core.IO;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting.Tests;

public class TaskTests
{
    private readonly FakeCake _cake = new();

    public static TheoryData<string, string[]> Commands() => new()
    {
        { "AbsSearch", ["build \"/repo/one\" -t:AbsSearch -tl:off \"-p:AbsDevice=cpu\"", "build \"/repo/two.csproj\" -t:AbsSearch -tl:off \"-p:AbsDevice=cpu\""] },
        { "AbsVerifyPlans", ["build \"/repo/one\" -t:AbsVerifyPlans -tl:off", "build \"/repo/two.csproj\" -t:AbsVerifyPlans -tl:off"] },
        { "AbsAcceptPlans", ["build \"/repo/one\" -t:AbsAcceptPlans -tl:off", "build \"/repo/two.csproj\" -t:AbsAcceptPlans -tl:off"] },
        { "AbsReport", ["build \"/repo/one\" -t:AbsReport -tl:off", "build \"/repo/two.csproj\" -t:AbsReport -tl:off"] },
        { "AbsDiff", ["tool run abs -- diff \"/repo/a.json\"", "tool run abs -- diff \"/repo/b.json\""] },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_task_runs_its_command_for_all_that_the_context_names(string name, string[] commands)
    {
        ArgumentNullException.ThrowIfNull(commands);

        await Named(name).RunAsync(new FakeContext(_cake));

        Assert.Equal(commands.Select(command => "/usr/bin/dotnet " + command), _cake.Started);
    }

    [Fact]
    public async Task A_failure_fails_the_task_with_its_code_and_stops_it()
    {
        _cake.Process = new FakeProcess(1) { Output = ["p : error ABS4002: tiny: no snapshot. [/m/T.csproj]"] };

        var error = await Assert.ThrowsAsync<CakeException>(() => Named("AbsVerifyPlans").RunAsync(new FakeContext(_cake)));

        Assert.Equal("AbsVerifyPlans: ABS4002: tiny: no snapshot.", error.Message);
        Assert.Single(_cake.Started);
    }

    [Theory]
    [InlineData("AbsSearch", "ModelProjects")]
    [InlineData("AbsVerifyPlans", "ModelProjects")]
    [InlineData("AbsAcceptPlans", "ModelProjects")]
    [InlineData("AbsReport", "ModelProjects")]
    [InlineData("AbsDiff", "DiffPlans")]
    public async Task A_task_that_has_nothing_to_work_on_fails(string name, string property)
    {
        var error = await Assert.ThrowsAsync<CakeException>(() => Named(name).RunAsync(new FakeContext(_cake) { ModelProjects = [], DiffPlans = [] }));

        Assert.Contains($"its property {property} ", error.Message, StringComparison.Ordinal);
        Assert.Empty(_cake.Started);
    }

    [Fact]
    public void Where_the_context_does_not_say_what_to_compare_it_is_the_snapshots_of_its_projects() =>
        Assert.Equal(["one", "src/two", "."], ((IAbsContext)new PlainContext(_cake)).DiffPlans.Select(path => path.FullPath));

    [Fact]
    public void There_is_a_task_for_each_alias() =>
        Assert.Equal(["AbsAcceptPlans", "AbsDiff", "AbsReport", "AbsSearch", "AbsVerifyPlans"], Tasks.Select(Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_host_can_make_every_task() => Assert.All(Tasks, task =>
    {
        Assert.False(task.ContainsGenericParameters);
        Assert.NotNull(task.GetConstructor([]));
        Assert.NotEmpty(task.GetCustomAttribute<TaskDescriptionAttribute>(inherit: false)!.Description);
    });

    private static IEnumerable<Type> Tasks => typeof(IAbsContext).Assembly.GetExportedTypes()
        .Where(type => type.Namespace == typeof(IAbsContext).Namespace && type.IsAssignableTo(typeof(IFrostingTask)) && !type.IsAbstract);

    private static IFrostingTask Named(string name) => (IFrostingTask)Activator.CreateInstance(Tasks.Single(task => Name(task) == name))!;

    private sealed class PlainContext(FakeCake cake) : FrostingContext(cake.Context), IAbsContext
    {
        public IEnumerable<FilePath> ModelProjects => ["one", "src/two/two.csproj", "three.csproj"];
    }

    private static string Name(Type task) => task.GetCustomAttribute<TaskNameAttribute>()!.Name;
}
