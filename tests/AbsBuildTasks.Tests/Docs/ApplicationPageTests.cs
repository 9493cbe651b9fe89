using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AbsBuildTasks.Tests.Docs;

/// <summary>What the page about applications shows can be pasted.</summary>
public sealed partial class ApplicationPageTests
{
    // What an SDK project has without naming it, what the snippet takes from elsewhere, and what it calls of the package.
    private const string Around = """
        global using System;
        global using System.IO;

        public class DigitsNetwork;

        namespace AbsBuildTasks.Search
        {
            public static class TorchRuntime
            {
                public static void EnsureLoaded(string nativeDirectory, Action<string>? notice = null) { }
            }

            public static class CompressedModel
            {
                public static T Load<T>(T network, string weightsFile) => network;
            }
        }
        """;

    [Fact]
    public void The_lines_that_load_compressed_weights_into_an_application_compile()
    {
        var snippet = Assert.Single(CodeBlock().Matches(File.ReadAllText(Repository.PathOf("docs/applications.md"))).Select(match => match.Groups[1].Value), code => code.Contains("CompressedModel.Load", StringComparison.Ordinal));
        var runtime = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal));

        var compilation = CSharpCompilation.Create(
            "page",
            [CSharpSyntaxTree.ParseText(snippet), CSharpSyntaxTree.ParseText(Around)],
            runtime.Select(file => MetadataReference.CreateFromFile(file)),
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        Assert.Empty(compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
