using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Tests.Errors;

public class ErrorDocumentationTests
{
    private static readonly string[] Codes = [.. typeof(AbsCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    private static readonly (string Code, string Text)[] Entries = [.. Regex
        .Matches(Repository.Read("docs/errors.md").ReplaceLineEndings("\n"), @"^### (ABS\d{4})\b(.*?)(?=^#{1,3} |\z)", RegexOptions.Multiline | RegexOptions.Singleline)
        .Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    [Fact]
    public void Every_code_has_one_entry_in_order_and_every_entry_a_code() =>
        Assert.Equal(Codes.Order(StringComparer.Ordinal), Entries.Select(entry => entry.Code));

    [Fact]
    public void Every_entry_says_what_it_means_and_what_to_do_with_an_example() => Assert.All(Entries, entry =>
    {
        Assert.Contains("\nWhat to do: ", entry.Text, StringComparison.Ordinal);
        Assert.Contains($" {entry.Code}: ", entry.Text, StringComparison.Ordinal);
    });

    [Fact]
    public void What_targets_say_has_a_code_of_these()
    {
        string[] files = [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.props", SearchOption.AllDirectories), .. Directory.EnumerateFiles(Repository.PathOf("src"), "*.targets", SearchOption.AllDirectories)];
        string[] said = [.. files.Where(file => !IsBuilt(file)).SelectMany(file => Regex.Matches(File.ReadAllText(file), @"\bABS\d{4}\b")).Select(match => match.Value)];

        Assert.NotEmpty(said);
        Assert.All(said, code => Assert.Contains(code, Codes));
    }

    [Fact]
    public void Codes_are_unique() => Assert.Equal(Codes.Length, Codes.Distinct().Count());

    private static bool IsBuilt(string file) => file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj");
}
