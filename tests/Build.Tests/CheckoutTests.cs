using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Two machines, or two folders of one, share plans.</summary>
public sealed class CheckoutTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task Another_checkout_with_other_comments_takes_the_plan_from_the_cache()
    {
        var first = (await feed.AcceptedAsync()).Project;
        var second = new FixtureProject(feed, first.Cache);
        var source = Path.Combine(second.Folder, "TinyNetwork.cs");
        await File.WriteAllTextAsync(source, "// Two convolutions.\n\n" + await File.ReadAllTextAsync(source));

        var outcome = (await second.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached", "-p:AbsSnapshotMode=off")).Succeeded();

        Assert.Contains("abs: tiny: plan taken from the cache", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(first.Plan), await File.ReadAllBytesAsync(second.Plan));
    }

    [Fact]
    public async Task Other_code_does_not()
    {
        var project = await feed.AcceptedCopyAsync();
        var source = Path.Combine(project.Folder, "TinyNetwork.cs");
        await File.WriteAllTextAsync(source, (await File.ReadAllTextAsync(source)).Replace("max_pool2d", "avg_pool2d", StringComparison.Ordinal));

        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).FailedWith("ABS5002");
    }

    [Fact]
    public async Task Translations_of_a_referenced_project_do_not_count()
    {
        var project = await feed.AcceptedCopyAsync();
        var library = Directory.CreateDirectory(Path.Combine(project.Folder, "..", "Texts")).FullName;
        await File.WriteAllTextAsync(Path.Combine(library, "Texts.csproj"), """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        await File.WriteAllTextAsync(Path.Combine(library, "Texts.cs"), "public static class Texts { public static int Size() => 2; }");
        var source = Path.Combine(project.Folder, "TinyNetwork.cs");
        await File.WriteAllTextAsync(source, (await File.ReadAllTextAsync(source)).Replace("max_pool2d(x, 2)", "max_pool2d(x, Texts.Size())", StringComparison.Ordinal));
        await TranslateAsync("Texts.resx", "row");
        await TranslateAsync("Texts.de.resx", "Zeile");
        await TranslateAsync("Texts.fr.resx", "ligne");
        string[] arguments = ["-p:TinyReference=../Texts/Texts.csproj", "-p:AbsSnapshotMode=off"];
        (await project.BuildAsync(arguments)).Succeeded();

        await TranslateAsync("Texts.fr.resx", "rang");

        (await project.BuildWithoutWorkerAsync(arguments)).Succeeded();
        await TranslateAsync("Texts.resx", "line");
        (await project.BuildWithoutWorkerAsync([.. arguments, "-p:AbsSearchMode=cached"])).FailedWith("ABS5002");

        Task TranslateAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(library, name), $"""
            <root>
              <resheader name="resmimetype"><value>text/microsoft-resx</value></resheader>
              <resheader name="version"><value>2.0</value></resheader>
              <resheader name="reader"><value>System.Resources.ResXResourceReader, System.Windows.Forms</value></resheader>
              <resheader name="writer"><value>System.Resources.ResXResourceWriter, System.Windows.Forms</value></resheader>
              <data name="row"><value>{text}</value></data>
            </root>
            """);
    }
}
