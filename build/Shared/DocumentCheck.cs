#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
// In a script these names are Cake's.
using SystemFile = System.IO.File;
using SystemFolder = System.IO.Directory;
using SystemPath = System.IO.Path;

/// <summary>Checks the repository's documents against each other and against the code.</summary>
internal static class DocumentCheck
{
    private const string Codes = "src/AbsBuildTasks.Plans/Errors/AbsCodes.cs";
    private const string Entries = "docs/errors.md";

    /// <summary>Finds links that lead nowhere, and error codes and entries without one another; in order.</summary>
    /// <param name="root">The repository's folder.</param>
    public static IReadOnlyList<string> Find(string root) => [.. Documents(root).SelectMany(document => DeadLinks(root, document)), .. UnevenCodes(root)];

    private static IEnumerable<string> Documents(string root) => SystemFolder.EnumerateFiles(root, "*.md", System.IO.SearchOption.AllDirectories)
        .Select(file => SystemPath.GetRelativePath(root, file).Replace('\\', '/'))
        .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "tools" or "node_modules" or ".git"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> DeadLinks(string root, string document)
    {
        var text = Regex.Replace(WithoutBlocks(SystemFile.ReadAllText(SystemPath.Combine(root, document))), "`[^`\n]*`", "");
        foreach (Match link in Regex.Matches(text, @"\]\(<?([^)\s>]+)>?\)"))
        {
            var target = link.Groups[1].Value;
            if (Uri.TryCreate(target, UriKind.Absolute, out _))
            {
                continue;
            }

            var parts = target.Split('#', 2);
            var path = parts[0].Length == 0 ? document : SystemPath.Combine(SystemPath.GetDirectoryName(document)!, Uri.UnescapeDataString(parts[0]));
            var full = SystemPath.Combine(root, path);
            if (!SystemFile.Exists(full) && !SystemFolder.Exists(full))
            {
                yield return $"{document}: there is no {target}";
            }
            else if (parts.Length == 2 && !Anchors(full).Contains(parts[1]))
            {
                yield return $"{document}: {target} has no such heading";
            }
        }
    }

    private static IEnumerable<string> UnevenCodes(string root)
    {
        var codes = Regex.Matches(SystemFile.ReadAllText(SystemPath.Combine(root, Codes)), "\"(ABS\\d{4})\"").Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var entries = Regex.Matches(SystemFile.ReadAllText(SystemPath.Combine(root, Entries)), @"^### (ABS\d{4})\b", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        return codes.Except(entries).Order(StringComparer.Ordinal).Select(code => $"{Entries}: {code} has no entry")
            .Concat(entries.Except(codes).Order(StringComparer.Ordinal).Select(code => $"{Entries}: there is no code {code}"));
    }

    // As the usual Markdown hosts make them: letters, digits and hyphens, in lower case.
    private static HashSet<string> Anchors(string file) => SystemFile.Exists(file)
        ? Regex.Matches(WithoutBlocks(SystemFile.ReadAllText(file)), @"^#{1,6} +(.+?)\s*$", RegexOptions.Multiline)
            .Select(heading => Regex.Replace(heading.Groups[1].Value.ToLowerInvariant(), @"[^\p{L}\p{Nd} _-]", "").Replace(' ', '-'))
            .ToHashSet(StringComparer.Ordinal)
        : [];

    // What stands in code is no link and no heading.
    private static string WithoutBlocks(string text) => Regex.Replace(text.ReplaceLineEndings("\n"), @"^(```|~~~).*?^\1", "", RegexOptions.Multiline | RegexOptions.Singleline);
}
