using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Sweeps;

/// <summary>Sweeps on disk: UTF-8 with LF between lines and none at the end.</summary>
internal static class SweepFile
{
    /// <summary>The largest file that is read, in bytes: a sweep has some points of a few hundred bytes each.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Reads the sweep of a search.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <exception cref="AbsException">ABS4003: the file is missing, or is not that sweep.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SweepResult Read(string path, string model, string fingerprint)
    {
        var file = new FileInfo(path);
        var text = file.Exists
            ? OrdinaryFile.ReadTextAtMost(path, MaxLength) ?? throw Wrong("the file is too large to be a sweep")
            : throw Wrong("the file is missing");
        var sweep = SweepJson.Read(text, file.Name);
        return sweep.Model == model && sweep.Fingerprint == fingerprint ? sweep : throw Wrong("this is the sweep of another search");

        AbsException Wrong(string what) => new(AbsCodes.InvalidPlan, $"{Printable.Escape(file.Name)}: {what}. Delete the file and build again.");
    }

    /// <summary>Writes a sweep atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, SweepResult sweep) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(SweepJson.Write(sweep)));
}
