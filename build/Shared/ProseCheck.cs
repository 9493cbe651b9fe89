#nullable enable
using System.Collections.Generic;
using Cake.Common;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
// In a script this name is Cake's.
using SystemFile = System.IO.File;

/// <summary>Checks spelling and style of the documents by cspell and markdownlint, which <c>build/Documents</c> pins.</summary>
internal static class ProseCheck
{
    private const string Folder = "build/Documents";

    /// <summary>Runs both. Where npm is missing, or the packages cannot be had, says so and leaves it at that.</summary>
    /// <exception cref="CakeException">A document has a word that is unknown, or bad style.</exception>
    public static void Run(ICakeContext context)
    {
        var npm = context.Tools.Resolve(["npm.cmd", "npm"]);
        if (npm is null)
        {
            Show(context, LogLevel.Warning, "Spelling and style are not checked: there is no npm.");
        }
        else if (!IsInstalled(context) && !Succeeds(context, npm, "ci --no-audit --no-fund --ignore-scripts --loglevel=error"))
        {
            Show(context, LogLevel.Warning, "Spelling and style are not checked: npm cannot install what build/Documents/package.json names.");
        }
        else if (!Succeeds(context, npm, "run --silent check"))
        {
            throw new CakeException("Spelling or style of a document is wrong; a word that is right goes into build/Documents/words.txt.");
        }
    }

    // npm writes the hidden list last.
    private static bool IsInstalled(ICakeContext context)
    {
        var folder = context.Environment.WorkingDirectory.Combine(Folder);
        var installed = folder.CombineWithFilePath("node_modules/.package-lock.json").FullPath;
        return SystemFile.Exists(installed) && SystemFile.GetLastWriteTimeUtc(installed) >= SystemFile.GetLastWriteTimeUtc(folder.CombineWithFilePath("package-lock.json").FullPath);
    }

    private static bool Succeeds(ICakeContext context, FilePath npm, string arguments)
    {
        var settings = new ProcessSettings { Arguments = arguments, WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (context.StartProcess(npm, settings, out IEnumerable<string> output, out IEnumerable<string> errors) == 0)
        {
            return true;
        }

        foreach (var line in (IEnumerable<string>)[.. output, .. errors])
        {
            Show(context, LogLevel.Error, line);
        }

        return false;
    }

    private static void Show(ICakeContext context, LogLevel level, string line) => context.Log.Write(Verbosity.Quiet, level, "{0}", line);
}
