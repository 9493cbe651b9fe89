using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class PackageTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public void The_task_package_holds_tasks_worker_and_targets_and_nothing_else() =>
        Assert.Equal(
            [
                "README.md",
                "THIRD-PARTY-NOTICES.txt",
                "build/AbsBuildTasks.Code.targets",
                "build/AbsBuildTasks.Compile.targets",
                "build/AbsBuildTasks.Flow.targets",
                "build/AbsBuildTasks.Framework.targets",
                "build/AbsBuildTasks.props",
                "build/AbsBuildTasks.targets",
                "buildMultiTargeting/AbsBuildTasks.props",
                "buildMultiTargeting/AbsBuildTasks.targets",
                "buildTransitive/AbsBuildTasks.props",
                "buildTransitive/AbsBuildTasks.targets",
                "icon.png",
                "tasks/netstandard2.0/AbsBuildTasks.Plans.dll",
                "tasks/netstandard2.0/AbsBuildTasks.dll",
                "tasks/netstandard2.0/Google.Protobuf.dll",
                "tasks/netstandard2.0/Microsoft.Bcl.AsyncInterfaces.dll",
                "tasks/netstandard2.0/Microsoft.Bcl.TimeProvider.dll",
                "tasks/netstandard2.0/Newtonsoft.Json.dll",
                "tasks/netstandard2.0/Polly.Core.dll",
                "tasks/netstandard2.0/System.Buffers.dll",
                "tasks/netstandard2.0/System.ComponentModel.Annotations.dll",
                "tasks/netstandard2.0/System.Memory.dll",
                "tasks/netstandard2.0/System.Numerics.Vectors.dll",
                "tasks/netstandard2.0/System.Runtime.CompilerServices.Unsafe.dll",
                "tasks/netstandard2.0/System.Threading.Tasks.Extensions.dll",
                "worker/net10.0/AbsBuildTasks.Worker.dll",
                "worker/net10.0/AbsBuildTasks.Worker.runtimeconfig.json",
                "worker/net10.0/Mono.Cecil.dll",
            ],
            Content(feed.PackageFile("AbsBuildTasks")));

    [Theory]
    [InlineData("AbsBuildTasks.Load", "net10.0")]
    [InlineData("AbsBuildTasks.Search", "net10.0")]
    [InlineData("AbsBuildTasks.Plans", "netstandard2.0")]
    [InlineData("AbsBuildTasks.Cake", "net10.0")]
    public void A_library_package_holds_the_library_with_its_documentation(string id, string framework) =>
        Assert.Equal(["README.md", "icon.png", $"lib/{framework}/{id}.dll", $"lib/{framework}/{id}.xml"], Content(feed.PackageFile(id)));

    [Fact]
    public void The_tool_package_holds_the_tool_with_readme_and_licence()
    {
        var content = Content(feed.PackageFile("AbsBuildTasks.Tool"));

        Assert.Contains("README.md", content);
        Assert.Contains("LICENSE", content);
        Assert.Contains("tools/net10.0/any/abs.dll", content);

        // Of each library that is not this repository's, the notice.
        using var package = ZipFile.OpenRead(feed.PackageFile("AbsBuildTasks.Tool"));
        using var notices = new StreamReader(package.GetEntry("THIRD-PARTY-NOTICES.txt")!.Open());
        var told = notices.ReadToEnd();
        Assert.All(
            content.Where(name => name.EndsWith(".dll", StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name)).Where(name => name != "abs" && !name.StartsWith("AbsBuildTasks", StringComparison.Ordinal)),
            library => Assert.Contains(library, told, StringComparison.Ordinal));
        Assert.DoesNotContain(content, name => name.Contains("orch", StringComparison.Ordinal) || name.EndsWith(".xml", StringComparison.Ordinal) && name.StartsWith("tools/net10.0/any/A", StringComparison.Ordinal));
        Assert.Equal("DotnetTool", (string?)Nuspec("AbsBuildTasks.Tool").Descendants().Single(element => element.Name.LocalName == "packageType").Attribute("name"));
    }

    [Fact]
    public async Task The_tool_installs_and_shows_and_compares_plans()
    {
        var folder = Path.Combine(feed.Folder, "tool");
        (await DotNet.RunAsync(feed.Folder, feed.Environment, "tool", "install", "AbsBuildTasks.Tool", "--version", feed.Version, "--tool-path", folder, "--add-source", feed.Feed)).Succeeded();
        var tool = Directory.EnumerateFiles(folder, "abs.dll", SearchOption.AllDirectories).Single();
        var plan = Path.Combine(Repository.Root, "samples", "Digits", "AbsPlans", "digits.plan.verified.json");
        var other = Path.Combine(feed.Folder, "other.plan.json");
        await File.WriteAllTextAsync(other, (await File.ReadAllTextAsync(plan)).Replace("\"model\": \"digits\"", "\"model\": \"other\"", StringComparison.Ordinal));

        var shown = await DotNet.RunAsync(feed.Folder, feed.Environment, tool, "show", plan);
        var compared = await DotNet.RunAsync(feed.Folder, feed.Environment, tool, "diff", plan, other);

        Assert.True(File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "abs.exe" : "abs")));
        Assert.Equal(0, shown.ExitCode);
        Assert.StartsWith("digits: accepted, 5 layers\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("budget bops=3%", shown.Output, StringComparison.Ordinal);
        Assert.Equal(1, compared.ExitCode);
        Assert.Contains("digits -> other", compared.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AbsBuildTasks", "AbsBuildTasks.Search", "[{0}]")]
    [InlineData("AbsBuildTasks.Search", "AbsBuildTasks.Load", "[{0}]")]
    [InlineData("AbsBuildTasks.Search", "AbsBuildTasks.Plans", "[{0}]")]
    [InlineData("AbsBuildTasks.Load", "AbsBuildTasks.Plans", "[{0}]")]
    public void Packages_that_see_each_others_internals_depend_on_one_version(string id, string dependency, string range)
    {
        var found = Nuspec(id).Descendants().Single(element => element.Name.LocalName == "dependency" && (string?)element.Attribute("id") == dependency);

        Assert.Equal(range.Replace("{0}", feed.Version, StringComparison.Ordinal), (string?)found.Attribute("version"));
        Assert.DoesNotContain("Compile", (string?)found.Attribute("exclude") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_weights_needs_neither_a_search_nor_the_decoding_of_images()
    {
        Assert.Equal(["AbsBuildTasks.Plans", "TorchSharp"], Dependencies("AbsBuildTasks.Load"));
        Assert.DoesNotContain(Dependencies("AbsBuildTasks.Search"), id => id.Contains("NativeAssets", StringComparison.Ordinal));
    }

    [Fact]
    public void The_task_package_is_no_development_dependency() =>
        Assert.DoesNotContain(Nuspec("AbsBuildTasks").Descendants(), element => element.Name.LocalName == "developmentDependency");

    [Fact]
    public void The_aliases_depend_on_no_package_and_are_found_as_an_addin()
    {
        Assert.DoesNotContain(Nuspec("AbsBuildTasks.Cake").Descendants(), element => element.Name.LocalName == "dependency");
        Assert.Contains("cake-addin", Value(Nuspec("AbsBuildTasks.Cake"), "tags").Split(' '));
    }

    [Theory]
    [InlineData("AbsBuildTasks")]
    [InlineData("AbsBuildTasks.Plans")]
    [InlineData("AbsBuildTasks.Load")]
    [InlineData("AbsBuildTasks.Search")]
    [InlineData("AbsBuildTasks.Cake")]
    [InlineData("AbsBuildTasks.Tool")]
    public void Every_package_says_what_it_is_and_where_it_comes_from(string id)
    {
        var nuspec = Nuspec(id);

        Assert.Equal([feed.Version, "MIT", "README.md", "icon.png"], new[] { "version", "license", "readme", "icon" }.Select(name => Value(nuspec, name)));
        Assert.All(["authors", "description", "tags", "copyright"], name => Assert.NotEmpty(Value(nuspec, name)));
        var repository = nuspec.Descendants().Single(element => element.Name.LocalName == "repository");
        Assert.Equal(("git", PackedFeed.RepositoryUrl), ((string?)repository.Attribute("type"), (string?)repository.Attribute("url")));
        Assert.Matches("^[0-9a-f]{40}$", (string?)repository.Attribute("commit"));
    }

    [Theory]
    [InlineData("AbsBuildTasks")]
    [InlineData("AbsBuildTasks.Plans")]
    public void The_readme_of_a_package_is_that_of_the_repository_without_pictures_and_with_whole_addresses(string id)
    {
        using var package = ZipFile.OpenRead(feed.PackageFile(id));
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        var lines = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split('\n');
        var picture = Array.FindIndex(lines, line => line.StartsWith("![", StringComparison.Ordinal));

        Assert.InRange(picture, 0, lines.Length);
        var page = reader.ReadToEnd();
        Assert.Equal([.. lines[..picture], .. lines[(picture + 2)..]], page.Replace($"{PackedFeed.RepositoryUrl}/blob/v{feed.Version}/", "", StringComparison.Ordinal).Split('\n'));
        Assert.Contains($"]({PackedFeed.RepositoryUrl}/blob/v{feed.Version}/docs/reference.md)", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\]\((?!https:)", page);
    }

    [Theory]
    [InlineData("AbsBuildTasks", "tasks/netstandard2.0/AbsBuildTasks.pdb", "worker/net10.0/AbsBuildTasks.Worker.pdb")]
    [InlineData("AbsBuildTasks.Plans", "lib/netstandard2.0/AbsBuildTasks.Plans.pdb")]
    [InlineData("AbsBuildTasks.Load", "lib/net10.0/AbsBuildTasks.Load.pdb")]
    [InlineData("AbsBuildTasks.Search", "lib/net10.0/AbsBuildTasks.Search.pdb")]
    [InlineData("AbsBuildTasks.Cake", "lib/net10.0/AbsBuildTasks.Cake.pdb")]
    public void Symbols_lie_in_a_package_of_their_own(string id, params string[] symbols)
    {
        Assert.Equal(symbols, Content(Path.ChangeExtension(feed.PackageFile(id), ".snupkg")));
        Assert.DoesNotContain(Content(feed.PackageFile(id)), name => name.EndsWith(".pdb", StringComparison.Ordinal));
    }

    [Fact]
    public void Those_of_the_tool_lie_in_its_program_and_those_of_what_it_uses_in_that_ones_package()
    {
        Assert.False(File.Exists(Path.ChangeExtension(feed.PackageFile("AbsBuildTasks.Tool"), ".snupkg")));
        Assert.DoesNotContain(Content(feed.PackageFile("AbsBuildTasks.Tool")), name => name.EndsWith(".pdb", StringComparison.Ordinal));
        foreach (var user in new[] { ("AbsBuildTasks.Tool", "tools/net10.0/any"), ("AbsBuildTasks", "tasks/netstandard2.0") })
        {
            Assert.Equal(Bytes("AbsBuildTasks.Plans", "lib/netstandard2.0/AbsBuildTasks.Plans.dll"), Bytes(user.Item1, $"{user.Item2}/AbsBuildTasks.Plans.dll"));
        }
    }

    [Theory]
    [InlineData("AbsBuildTasks")]
    [InlineData("AbsBuildTasks.Plans")]
    [InlineData("AbsBuildTasks.Load")]
    [InlineData("AbsBuildTasks.Search")]
    [InlineData("AbsBuildTasks.Cake")]
    public void Symbols_do_not_say_where_they_were_made(string id)
    {
        using var package = ZipFile.OpenRead(Path.ChangeExtension(feed.PackageFile(id), ".snupkg"));
        Assert.All(package.Entries.Where(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)), entry =>
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(content);
            }

            content.Position = 0;
            using var symbols = MetadataReaderProvider.FromPortablePdbStream(content);
            var reader = symbols.GetMetadataReader();
            string[] names = [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
            Assert.Contains(names, name => name.StartsWith("/_/src/", StringComparison.Ordinal));
            Assert.All(names, name => Assert.DoesNotContain(Repository.Root, name, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task The_same_sources_make_the_same_packages_byte_for_byte_in_any_folder()
    {
        var (copy, again) = (Path.Combine(feed.Folder, "another folder"), Path.Combine(feed.Folder, "again"));
        CopySources(copy);
        foreach (var project in PackedFeed.Projects)
        {
            await feed.PackAsync(project, again, copy);
        }

        // The feed has the packages of others as well, which other tests put there.
        var packages = Directory.GetFiles(again);
        Assert.Equal(Directory.GetFiles(feed.Feed, $"*.{feed.Version}.*").Length, packages.Length);
        Assert.All(packages, package => Assert.Equal(File.ReadAllBytes(Path.Combine(feed.Feed, Path.GetFileName(package))), File.ReadAllBytes(package)));
    }

    [Fact]
    public void These_are_the_packages_that_the_repository_makes() =>
        Assert.Equal(
            PackedFeed.Projects.Append("AbsBuildTasks.Frosting").Order(StringComparer.Ordinal),
            Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
                .Where(project => (string?)XDocument.Load(project).Descendants("IsPackable").SingleOrDefault() == "true")
                .Select(project => Path.GetFileNameWithoutExtension(project))
                .Order(StringComparer.Ordinal));

    /// <summary>Copies all that packing reads.</summary>
    private static void CopySources(string folder)
    {
        foreach (var file in new[] { "src", "build" }
            .SelectMany(part => Directory.EnumerateFiles(Repository.PathOf(part), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root))
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or ".git")))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        // Packages name the commit.
        var git = Repository.PathOf(".git");
        File.WriteAllText(Path.Combine(folder, ".git"), File.Exists(git) ? File.ReadAllText(git) : $"gitdir: {git}\n");
    }

    private string[] Dependencies(string id) =>
        [.. Nuspec(id).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => (string)element.Attribute("id")!).Order(StringComparer.Ordinal)];

    private byte[] Bytes(string id, string entry)
    {
        using var package = ZipFile.OpenRead(feed.PackageFile(id));
        using var content = new MemoryStream();
        using var stream = package.GetEntry(entry)!.Open();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static string Value(XDocument nuspec, string name) => nuspec.Descendants().Single(element => element.Name.LocalName == name).Value;

    private static string[] Content(string file)
    {
        using var package = ZipFile.OpenRead(file);
        return
        [
            .. package.Entries
                .Select(entry => entry.FullName)
                .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal)
                    && name != "[Content_Types].xml" && !name.EndsWith(".nuspec", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    private XDocument Nuspec(string id)
    {
        using var package = ZipFile.OpenRead(feed.PackageFile(id));
        using var stream = package.Entries.Single(entry => entry.FullName == id + ".nuspec").Open();
        return XDocument.Load(stream);
    }
}
