using System.Text.Json;
using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Tests.Fingerprints.Code;

namespace AbsBuildTasks.Tests.Fingerprints.Packages;

/// <summary>Of a project's packages those count that the model's code makes use of, whatever runtime is built for.</summary>
public sealed class ProjectPackagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Compiled _compiled = new();
    private readonly Dictionary<string, object> _packages = new(StringComparer.Ordinal);
    private readonly List<string> _direct = [];

    public void Dispose()
    {
        _folder.Dispose();
        _compiled.Dispose();
    }

    [Fact]
    public void Those_that_code_refers_to_count_with_what_they_depend_on()
    {
        Add("Torch", assemblies: ["TorchSharp"], dependencies: ["Skia"]);
        Add("Skia", assemblies: ["Skia"], dependencies: ["Skia.Mac"]);
        Add("Skia.Mac", native: "osx");
        Add("Other", assemblies: ["Other"], dependencies: ["Behind", "Behind.Native"]);
        Add("Behind", assemblies: ["Behind"]);
        Add("Behind.Native", native: "linux-x64");

        Assert.Equal(["Skia", "Skia.Mac", "Torch"], Counted("TorchSharp"));
    }

    [Fact]
    public void Where_code_may_use_anything_all_count_that_are_of_use()
    {
        Add("Torch", assemblies: ["TorchSharp"]);
        Add("Other", assemblies: ["Other"]);
        Add("Tool");

        Assert.Equal(["Other", "Torch"], Counted("*"));
    }

    [Fact]
    public void Native_ones_that_the_project_names_count_also_behind_one_that_only_gathers_them()
    {
        Add("Torch", assemblies: ["TorchSharp"]);
        Add("Natives", dependencies: ["Natives.Linux", "Helper"], isDirect: true);
        Add("Natives.Linux", native: "linux-x64");
        Add("Helper", assemblies: ["Helper"]);
        Add("Files", hasContent: true, isDirect: true);
        Add("libtorch-cpu-linux-x64", native: "linux-x64", isDirect: true);

        Assert.Equal(["Files", "Natives.Linux", "Torch"], Counted("TorchSharp"));
    }

    [Fact]
    public void All_native_ones_count_where_code_calls_native_libraries_itself()
    {
        Add("Torch", assemblies: ["TorchSharp"]);
        Add("Other", assemblies: ["Other"], dependencies: ["Natives"]);
        Add("Natives", native: "win-x64");

        Assert.Equal(["Natives", "Torch"], Counted("TorchSharp;!"));
    }

    [Theory]
    [InlineData("System.Type.GetType(name)", true)]
    [InlineData("System.Reflection.Assembly.Load(name)", true)]
    [InlineData("System.AppDomain.CurrentDomain.GetAssemblies()", true)]
    [InlineData("System.Activator.CreateInstance(name, name)", true)]
    [InlineData("System.Activator.CreateInstance(typeof(string))", false)]
    [InlineData("name.GetType()", false)]
    public void One_that_may_be_a_plug_in_of_one_that_is_used_counts(string expression, bool counts)
    {
        Add("Host", assemblies: ["Host"], source: $"public class Host {{ public object? Find(string name) => {expression}; }}");
        Add("Near", assemblies: ["Near"], dependencies: ["Far"]);
        Add("Far", assemblies: ["Far"], dependencies: ["Host"]);
        Add("Other", assemblies: ["Other"]);

        Assert.Equal(counts ? ["Far", "Host", "Near"] : ["Host"], Counted("Host"));
    }

    [Fact]
    public void One_whose_assembly_cannot_be_read_may_load_anything()
    {
        Add("Host", assemblies: ["Host"], source: "");
        Add("Other", assemblies: ["Other"], dependencies: ["Host"]);
        File.WriteAllText(Path.Combine(_folder.Path, "packages", "host", "lib", "Host.dll"), "damaged");

        Assert.Equal(["Host", "Other"], Counted("Host"));
    }

    [Fact]
    public void What_a_referenced_project_needs_counts_as_what_the_project_needs()
    {
        _packages["Library/1.0.0"] = new { type = "project", dependencies = new Dictionary<string, string> { ["Natives"] = "1.0.0", ["Torch"] = "1.0.0", ["Other"] = "1.0.0" } };
        Add("Torch", assemblies: ["TorchSharp"]);
        Add("Other", assemblies: ["Other"]);
        Add("Natives", native: "linux-x64");

        Assert.Equal(["Natives", "Torch"], Counted("TorchSharp"));
    }

    [Theory]
    [InlineData("net10.0")]
    [InlineData("other-name")]
    [InlineData("NET10.0")]
    public void The_list_of_the_framework_and_of_no_runtime_is_taken(string framework)
    {
        Add("Torch", assemblies: ["TorchSharp"]);

        Assert.Equal(["Torch"], Packages("TorchSharp", framework, "netstandard2.0", "net10.0", "net10.0/linux-x64"));
    }

    [Fact]
    public void Assemblies_for_a_runtime_alone_count_as_any()
    {
        _packages["Torch/1.0.0"] = new { type = "package", runtimeTargets = new Dictionary<string, object> { ["runtimes/unix/lib/net10.0/TorchSharp.dll"] = new { assetType = "runtime", rid = "unix" } } };

        Assert.Equal(["Torch"], Counted("TorchSharp"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{ "targets": { "net9.0": {}, "net8.0": {} }, "project": { "frameworks": {} } }""")]
    public void Without_a_list_all_counts_that_the_project_runs_with(string content)
    {
        _folder.Write("x.assets.json", content);

        Assert.Equal(["Listed"], new ProjectPackages(Deps(), Path.Combine(_folder.Path, "x.assets.json"), "net10.0").Of(LibraryUse.Parse("TorchSharp")).Select(package => package.Name));
    }

    private IEnumerable<string> Counted(string uses) => Packages(uses, "net10.0", "net10.0", "net10.0/linux-x64");

    private IEnumerable<string> Packages(string uses, string framework, params string[] targets)
    {
        var assets = new
        {
            version = 4,
            targets = targets.ToDictionary(target => target, target => target == "net10.0" ? _packages : []),
            libraries = _packages.Keys.ToDictionary(name => name, name => new { path = name.Split('/')[0].ToLowerInvariant() }),
            projectFileDependencyGroups = new Dictionary<string, object> { ["net10.0"] = _direct.Select(name => name + " >= 1.0.0") },
            packageFolders = new Dictionary<string, object> { [Path.Combine(_folder.Path, "packages")] = new { } },
            project = new { frameworks = new Dictionary<string, object> { ["net10.0"] = new { targetAlias = "other-name" }, ["netstandard2.0"] = new { targetAlias = "x" } } },
        };
        var file = _folder.Write("project.assets.json", JsonSerializer.Serialize(assets));
        return new ProjectPackages(Deps(), file, framework).Of(LibraryUse.Parse(uses)).Select(package => package.Name).Order(StringComparer.Ordinal);
    }

    private string Deps() => _folder.Write("x.deps.json", """{ "libraries": { "Listed/1.0.0": { "type": "package" } } }""");

    private void Add(string name, string[]? assemblies = null, string[]? dependencies = null, string? native = null, bool hasContent = false, bool isDirect = false, string source = "")
    {
        foreach (var assembly in assemblies ?? [])
        {
            var file = Path.Combine(_folder.Path, "packages", name.ToLowerInvariant(), "lib", assembly + ".dll");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.Copy(_compiled.Library(assembly, source), file);
        }

        var entry = new Dictionary<string, object>
        {
            ["type"] = "package",
            ["dependencies"] = (dependencies ?? []).ToDictionary(dependency => dependency, _ => "1.0.0"),
            ["runtime"] = (assemblies ?? ["_._"]).ToDictionary(assembly => assembly == "_._" ? "lib/_._" : $"lib/{assembly}.dll", _ => new { }),
            ["contentFiles"] = hasContent ? new Dictionary<string, object> { ["contentFiles/any/any/a.bin"] = new { buildAction = "None", copyToOutput = true } } : [],
            ["runtimeTargets"] = native is null ? [] : new Dictionary<string, object> { [$"runtimes/{native}/native/lib.so"] = new { assetType = "native", rid = native } },
        };
        _packages[name + "/1.0.0"] = entry;
        if (isDirect)
        {
            _direct.Add(name);
        }
    }
}
