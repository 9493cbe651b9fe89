using Build.Tests.Harness;

namespace Build.Tests.Faults;

/// <summary>Two referenced projects whose assemblies have one name: of them one lies in the output folder.</summary>
[Collection(BuildCollection.Name)]
public sealed class ReferenceTests(PackedFeed feed)
{
    [Fact]
    public async Task Two_references_of_one_name_build_and_count_as_far_as_they_lie_in_the_output_folder()
    {
        var project = await feed.AcceptedCopyAsync();
        string[] folders = ["A", "B"];
        foreach (var folder in folders)
        {
            var path = Directory.CreateDirectory(Path.Combine(project.Folder, "..", folder)).FullName;
            await File.WriteAllTextAsync(Path.Combine(path, folder + ".csproj"), "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><AssemblyName>Same</AssemblyName></PropertyGroup></Project>");
            await WriteClassAsync(path, 1);
        }

        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("$(TinyReference)", "../A/A.csproj;../B/B.csproj", StringComparison.Ordinal));
        string[] arguments = ["-p:TinyReference=both", "-p:AbsSnapshotMode=off"];
        (await project.BuildAsync(arguments)).Succeeded();

        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
        foreach (var folder in folders)
        {
            await WriteClassAsync(Path.Combine(project.Folder, "..", folder), 2);
        }

        (await project.BuildWithoutWorkerAsync([.. arguments, "-p:AbsSearchMode=cached"])).FailedWith("ABS5002");
    }

    private static Task WriteClassAsync(string folder, int number) =>
        File.WriteAllTextAsync(Path.Combine(folder, "Class.cs"), $"public static class {Path.GetFileName(folder)}Class {{ public const int Number = {number}; }}");
}
