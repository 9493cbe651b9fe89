using Build.Tests.Harness;

namespace Build.Tests.Faults;

/// <summary>Two referenced projects whose assemblies have one name: of them one lies in the output folder.</summary>
public sealed class ReferenceTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task Two_references_of_one_name_are_no_defect()
    {
        var project = await feed.AcceptedCopyAsync();
        foreach (var folder in new[] { "A", "B" })
        {
            var path = Directory.CreateDirectory(Path.Combine(project.Folder, "..", folder)).FullName;
            await File.WriteAllTextAsync(Path.Combine(path, folder + ".csproj"), "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><AssemblyName>Same</AssemblyName></PropertyGroup></Project>");
            await File.WriteAllTextAsync(Path.Combine(path, "Class.cs"), $"public static class Class{folder} {{ }}");
        }

        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("$(TinyReference)", "../A/A.csproj;../B/B.csproj", StringComparison.Ordinal));
        string[] arguments = ["-p:TinyReference=both", "-p:AbsSnapshotMode=off"];
        (await project.BuildAsync(arguments)).Succeeded();

        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
    }
}
