using AbsBuildTasks.Plans.Settings;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>Torch's libraries in several packages, as those of the CUDA flavour are.</summary>
public sealed class SpreadLibrariesTests : IDisposable
{
    private const string Native = "runtimes/linux-x64/native";

    private readonly string _folder = Directory.CreateTempSubdirectory("abs-spread-").FullName;

    // The host looks for the project's own assemblies beside it.
    private readonly string _depsFile = Path.Combine(AppContext.BaseDirectory, $"{Guid.NewGuid():N}.deps.json");

    public void Dispose()
    {
        File.Delete(_depsFile);
        Directory.Delete(_folder, recursive: true);
    }

    [LinuxFact]
    public void A_worker_loads_them_through_one_folder_of_links()
    {
        var settings = new SearchSettings { Budget = new Budget(0.5), TrainEpochs = 1, SearchEpochs = 1, FineTuneEpochs = 1 };

        WriteSpread();

        Assert.NotEmpty(WorkerRun.Result(_folder, settings, depsFile: _depsFile));

        var links = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "native"), "links-*"));
        Assert.EndsWith($"part1/1.0.0/{Native}/libc10.so", new FileInfo(Path.Combine(links, "libc10.so")).LinkTarget, StringComparison.Ordinal);
    }

    /// <summary>Writes this project's deps file with torch's package in three, each with some of its libraries.</summary>
    private void WriteSpread()
    {
        var deps = JObject.Parse(File.ReadAllText(WorkerRun.DepsFile));
        var target = (JObject)deps["targets"]!.Values<JProperty>().Single()!.Value;
        var whole = target.Properties().Single(package => package.Name.StartsWith("libtorch-cpu-linux-x64/", StringComparison.Ordinal));
        var source = Path.Combine(WorkerRun.PackageFolder, whole.Name, Native);
        ((JObject)whole.Value).Remove("runtimeTargets");
        string[][] parts = [["libc10.so", "libgomp-98b21ff3.so.1"], ["libtorch_cpu.so"], ["libtorch.so"]];
        for (var i = 0; i < parts.Length; i++)
        {
            var name = $"part{i + 1}/1.0.0";
            var folder = Directory.CreateDirectory(Path.Combine(_folder, name, Native)).FullName;
            foreach (var library in parts[i])
            {
                _ = File.CreateSymbolicLink(Path.Combine(folder, library), Path.Combine(source, library));
            }

            target[name] = new JObject
            {
                ["runtimeTargets"] = new JObject(parts[i].Select(library => new JProperty($"{Native}/{library}", new JObject { ["rid"] = "linux-x64", ["assetType"] = "native" }))),
            };
            deps["libraries"]![name] = new JObject { ["type"] = "package", ["serviceable"] = true, ["sha512"] = "", ["path"] = name };
        }

        File.WriteAllText(_depsFile, deps.ToString());
    }
}
