using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AbsBuildTasks.Tests.House;

/// <summary>Reads from a project's sources which type names which type of another folder.</summary>
internal static class TypeUses
{
    /// <summary>Finds the uses in a project on disk.</summary>
    /// <param name="project">The project's folder.</param>
    public static IReadOnlyList<TypeUse> In(string project) => Between(
        Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(project, file).Replace('\\', '/'), Text: file))
            .Where(file => !file.Path.Split('/').Any(part => part is "bin" or "obj"))
            .Select(file => (file.Path, File.ReadAllText(file.Text))));

    /// <summary>Finds the uses in sources. A name that types of several folders share tells nothing and is left out.</summary>
    /// <param name="files">Paths within the project, and texts.</param>
    public static IReadOnlyList<TypeUse> Between(IEnumerable<(string Path, string Text)> files)
    {
        // Documentation may point anywhere, so it is not parsed. Holes of interpolated strings are code and are.
        var options = CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.None).WithLanguageVersion(LanguageVersion.Preview);
        var types = files
            .SelectMany(file => CSharpSyntaxTree.ParseText(file.Text, options).GetRoot().DescendantNodes()
                .OfType<MemberDeclarationSyntax>()
                .Where(member => member.Parent is BaseNamespaceDeclarationSyntax && NameOf(member) is not null)
                .Select(type => (Folder: Path.GetDirectoryName(file.Path)!.Replace('\\', '/'), Name: NameOf(type)!, Type: type)))
            .ToList();
        var folderOf = types.ToLookup(type => type.Name, type => type.Folder, StringComparer.Ordinal)
            .Where(folders => folders.Distinct(StringComparer.Ordinal).Count() == 1)
            .ToDictionary(folders => folders.Key, folders => folders.First(), StringComparer.Ordinal);

        return [.. types
            .SelectMany(type => type.Type.DescendantNodes().OfType<SimpleNameSyntax>()
                .Where(name => !IsMember(name) && folderOf.ContainsKey(name.Identifier.Text))
                .Select(name => new TypeUse(type.Folder, type.Name, folderOf[name.Identifier.Text], name.Identifier.Text)))
            .Where(use => use.Folder != use.OtherFolder)
            .Distinct()];
    }

    private static string? NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => null,
    };

    // What follows a dot in an expression, or is set in an initialiser or by name, is a member, even where it is called like a type.
    internal static bool IsMember(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name == name,
        MemberBindingExpressionSyntax or NameColonSyntax => true,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left == name,
        _ => false,
    };
}
