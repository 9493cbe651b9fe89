namespace AbsBuildTasks.Frosting.Tests;

public sealed class DocumentCheckTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("abs documents ").FullName;

    public DocumentCheckTests()
    {
        Write("src/AbsBuildTasks.Plans/Errors/AbsCodes.cs", "public const string A = \"ABS1001\";");
        Write("docs/errors.md", "### ABS1001\n");
    }

    [Fact]
    public void The_repositorys_documents_hold() => Assert.Empty(DocumentCheck.Find(Repository.Root));

    [Fact]
    public void Links_to_files_folders_headings_and_the_web_are_fine()
    {
        Write("README.md", "[a](docs/errors.md) [b](docs) [c](docs/errors.md#abs1001) [d](#its-own-heading-2) [e](https://nowhere.example/x) [f](docs/a%20b.md)\n\n## Its own `heading` 2\n");
        Write("docs/a b.md", "[up](../README.md)\n");

        Assert.Empty(DocumentCheck.Find(_root));
    }

    [Fact]
    public void Dead_links_are_found_wherever_the_document_lies()
    {
        Write("samples/One/README.md", "[a](../../docs/nothing.md) [b](../../docs/errors.md#abs1002)");

        Assert.Equal(
            ["samples/One/README.md: there is no ../../docs/nothing.md", "samples/One/README.md: ../../docs/errors.md#abs1002 has no such heading"],
            DocumentCheck.Find(_root));
    }

    [Fact]
    public void Code_is_no_link_and_build_output_no_document()
    {
        Write("README.md", "`[a](nothing)`\n\n```\n[b](nothing)\n# no heading\n```\n");
        Write("src/x/bin/README.md", "[c](nothing)");

        Assert.Empty(DocumentCheck.Find(_root));
    }

    [Fact]
    public void Codes_and_entries_without_one_another_are_found()
    {
        Write("src/AbsBuildTasks.Plans/Errors/AbsCodes.cs", "\"ABS1001\" \"ABS2001\"");
        Write("docs/errors.md", "### ABS1001\n### ABS3001\n");

        Assert.Equal(["docs/errors.md: ABS2001 has no entry", "docs/errors.md: there is no code ABS3001"], DocumentCheck.Find(_root));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
