using System.Text.RegularExpressions;
using AbsBuildTasks.Tests.House;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AbsBuildTasks.Tests.Docs;

/// <summary>Code in the documents is code that readers can write: it names no type that is internal.</summary>
public sealed partial class DocumentCodeTests
{
    [Fact]
    public void Code_in_the_documents_names_public_types_only()
    {
        var types = SourceTypes().ToLookup(type => type.Identifier.Text, type => type.Modifiers.Any(SyntaxKind.PublicKeyword));
        var named = new List<string>();
        var refused = new List<string>();
        foreach (var (document, code) in Documents())
        {
            var root = CSharpSyntaxTree.ParseText(code).GetRoot();
            var own = root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text).ToHashSet(StringComparer.Ordinal);
            foreach (var name in root.DescendantNodes().OfType<SimpleNameSyntax>().Where(name => !TypeUses.IsMember(name)).Select(name => name.Identifier.Text).Where(name => types.Contains(name) && !own.Contains(name)))
            {
                named.Add(name);
                if (!types[name].Contains(true))
                {
                    refused.Add($"{document}: {name}");
                }
            }
        }

        Assert.Contains("CompressedModel", named);
        Assert.Contains("SnapshotComparer", named);
        Assert.Empty(refused);
    }

    private static IEnumerable<(string Document, string Code)> Documents() =>
        from file in Directory.GetFiles(Repository.PathOf("docs"), "*.md").Append(Repository.PathOf("README.md"))
        from Match block in CodeBlock().Matches(File.ReadAllText(file))
        select (Path.GetFileName(file), block.Groups[1].Value);

    private static IEnumerable<BaseTypeDeclarationSyntax> SourceTypes() =>
        from file in Directory.GetFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
        where !file.Split(Path.DirectorySeparatorChar).Contains("obj")
        from type in CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where type.Parent is BaseNamespaceDeclarationSyntax
        select type;

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
