using System.Xml.Linq;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Fingerprints.Code;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>Of which types the fields keep their names when an application is trimmed.</summary>
public sealed class KeepFieldsTests : IDisposable
{
    private const string Torch = """
        namespace TorchSharp
        {
            public static class torch { public static class nn { public class Module { } public class Module<T, TResult> : Module { } } public class Optimizer { } }
        }
        namespace TorchSharp.Modules { public class Sequential : torch.nn.Module<int, int> { } }
        """;

    private readonly Compiled _compiled = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _compiled.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Those_of_all_modules_be_they_nested_generic_or_derived_from_others()
    {
        var torch = _compiled.Library("TorchSharp", Torch);
        var blocks = _compiled.Library("Blocks", new CodeOptions { References = [torch] }, "namespace B; public class Block<T> : TorchSharp.torch.nn.Module<T, T> { public class Part : TorchSharp.Modules.Sequential { } }");
        var networks = _compiled.Library("Networks", new CodeOptions { References = [torch, blocks] }, """
            namespace N;
            public class Network : B.Block<int> { }
            internal sealed class Deeper : Network { }
            public class Model : AbsBuildTasks.Search.IAbsModel { public object CreateNetwork() => new Deeper(); }
            public class Adam : TorchSharp.torch.Optimizer { }
            public class Module { }
            public class Other : Module { }
            """);

        var own = _compiled.Library("AbsBuildTasks.Some", new CodeOptions { References = [torch] }, "public class Read : TorchSharp.torch.nn.Module { }");

        Assert.Equal(["Blocks: B.Block`1, B.Block`1/Part", "Networks: N.Deeper, N.Network"], Kept(networks, torch, own, blocks, _compiled.Write("none.dll", [1, 2, 3])));
    }

    [Fact]
    public void None_where_there_are_no_networks() => Assert.Empty(Kept(_compiled.Library("Plain", "public class Plain { }")));

    private IEnumerable<string> Kept(params string[] assemblies)
    {
        var engine = new RecordingTask();
        var task = new AbsKeepFields { BuildEngine = engine, ProjectFile = Path.Combine(_folder.Path, "App.csproj"), Descriptor = "obj/networks.xml", Assemblies = [.. assemblies.Select(file => new TaskItem(file))] };
        Assert.True(task.Execute(), string.Join('\n', engine.Errors.Select(error => error.Message)));

        var descriptor = XDocument.Load(Path.Combine(_folder.Path, "obj", "networks.xml"));
        Assert.All(descriptor.Descendants("type"), type => Assert.Equal("fields", (string?)type.Attribute("preserve")));
        return [.. descriptor.Root!.Elements("assembly").Select(assembly => $"{(string?)assembly.Attribute("fullname")}: {string.Join(", ", assembly.Elements("type").Select(type => (string?)type.Attribute("fullname")))}")];
    }
}
