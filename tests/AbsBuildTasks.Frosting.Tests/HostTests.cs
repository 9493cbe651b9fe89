using System.Reflection;
using System.Text.RegularExpressions;
using AbsBuildTasks.Cake.Tests.Fakes;
using Build.Host;
using Cake.Frosting;

namespace AbsBuildTasks.Frosting.Tests;

public partial class HostTests
{
    private static readonly string Script = Repository.Read("build.cake");

    [Fact]
    public void The_host_has_the_scripts_tasks_descriptions_and_dependencies()
    {
        var script = TaskText().Matches(Script).Select(match => Describe(
            match.Groups["name"].Value,
            match.Groups["description"].Value,
            Dependency().Matches(match.Groups["body"].Value).Select(dependency => dependency.Groups["name"].Value)));
        var host = typeof(DefaultTask).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(DefaultTask).Namespace && type.IsAssignableTo(typeof(IFrostingTask))).Select(task => Describe(
            Name(task),
            task.GetCustomAttribute<TaskDescriptionAttribute>()!.Description,
            task.GetCustomAttributes<IsDependentOnAttribute>().Where(dependency => dependency.Task.Namespace == typeof(DefaultTask).Namespace).Select(dependency => Name(dependency.Task))));

        Assert.Equal(script.Order(StringComparer.Ordinal), host.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_host_verifies_the_sample_by_the_librarys_task() =>
        Assert.Contains(typeof(AbsVerifyPlansTask), typeof(SampleTask).GetCustomAttributes<IsDependentOnAttribute>().Select(dependency => dependency.Task));

    [Fact]
    public async Task The_hosts_context_takes_what_its_arguments_say_from_wherever_it_is_started()
    {
        var cake = new FakeCake { CommandLine = { ["configuration"] = "Release", ["plan-cache"] = "cache" } };

        await ((IFrostingTask)new AbsVerifyPlansTask()).RunAsync(new BuildContext(cake.Context));
        await ((IFrostingTask)new AbsVerifyPlansTask()).RunAsync(new BuildContext(new FakeCake { Started = cake.Started }.Context));

        Assert.Equal(
            [
                $"/usr/bin/dotnet build \"{Repository.PathOf("samples/Digits")}\" -t:AbsVerifyPlans -tl:off \"--configuration=Release\" \"-p:AbsCacheDirectory={Repository.PathOf("cache")}\"",
                $"/usr/bin/dotnet build \"{Repository.PathOf("samples/Digits")}\" -t:AbsVerifyPlans -tl:off \"--configuration=Debug\"",
            ],
            cake.Started);
    }

    private static string Name(Type task) => task.GetCustomAttribute<TaskNameAttribute>()!.Name;

    private static string Describe(string name, string description, IEnumerable<string> dependencies) => $"{name}: {description} <- {string.Join(", ", dependencies)}";

    [GeneratedRegex(@"^Task\(""(?<name>\w+)""\)\s+\.Description\(""(?<description>[^""]*)""\)(?<body>.*?;)$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex TaskText();

    [GeneratedRegex(@"\.IsDependentOn\(""(?<name>\w+)""\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Dependency();
}
