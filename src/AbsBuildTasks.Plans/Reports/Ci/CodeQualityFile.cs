using System.Text;
using AbsBuildTasks.Plans.Files;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>GitLab's list of problems, one file for all projects of a job.</summary>
internal static class CodeQualityFile
{
    private const int PauseMilliseconds = 20;
    private const int MaxLength = 1 << 26; // bytes
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Puts a problem in the place of the one that has the same fingerprint.</summary>
    /// <param name="file">The file; without any problem it holds an empty list, which later ones are compared with.</param>
    /// <param name="fingerprint">Stands for what the problem is of.</param>
    /// <param name="problem">The problem; null for none.</param>
    /// <exception cref="IOException">The file cannot be written, or others do not let go of it.</exception>
    public static void Put(string file, string fingerprint, CiProblem? problem)
    {
        var folder = Path.GetDirectoryName(file)!;
        OwnFolder.RequireNoLink(folder);
        OwnFolder.RequireNoLink(file);
        Directory.CreateDirectory(folder);
        using var stream = OpenAlone(file);
        var before = OrdinaryFile.ReadAtMost(stream, MaxLength) ?? throw new IOException($"'{file}' is too large.");
        var others = Read(Encoding.UTF8.GetString(before).TrimStart('\uFEFF')).Where(entry => (string?)entry["fingerprint"] != fingerprint);
        var text = Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(problem is null ? others : others.Append(Entry(fingerprint, problem)), Formatting.Indented));
        stream.SetLength(0);
        stream.Write(text, 0, text.Length);
    }

    private static FileStream OpenAlone(string file)
    {
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(PauseMilliseconds))
        {
            try
            {
                return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < Patience)
            {
                // Another project of the build is writing.
                Thread.Sleep(PauseMilliseconds);
            }
        }
    }

    private static JObject[] Read(string text)
    {
        try
        {
            return text.Length == 0 ? [] : [.. JArray.Parse(text).OfType<JObject>()];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static JObject Entry(string fingerprint, CiProblem problem) => JObject.FromObject(new
    {
        description = problem.Message,
        check_name = problem.Code,
        fingerprint,
        severity = "major",
        location = new { path = problem.File, lines = new { begin = problem.Line } },
    });
}
