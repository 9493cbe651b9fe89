using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>A job's place in a queue, kept beside what it works on, so that a later build finds it.</summary>
/// <param name="Engine">Which kind of queue it is in, such as <c>slurm</c>.</param>
/// <param name="Queue">Which one of that kind: the same number means another job in another queue.</param>
/// <param name="Id">What the queue calls the job; empty where its answer has not come, so that nobody knows whether it has the job.</param>
/// <param name="Name">What the build calls it.</param>
/// <param name="FirstRun">The number of the job's first run; earlier ones are other jobs'.</param>
internal sealed record JobRecord(string Engine, string Queue, string Id, string Name, int FirstRun)
{
    private const int Longest = 1 << 16; // bytes

    /// <summary>How messages call it.</summary>
    public string Title => $"job {Id} of {Engine}";

    /// <summary>Reads the record of a job.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <returns>Null where there is none that can be read.</returns>
    public static JobRecord? Read(JobFolder folder)
    {
        try
        {
            OwnFolder.RequireNoLink(folder.Record);
            return OrdinaryFile.ReadTextAtMost(folder.Record, Longest) is { } text ? Of(StrictJson.ReadObject(text)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonShapeException)
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    public void Write(JobFolder folder) => AtomicFile.Write(folder.Record, Encoding.UTF8.GetBytes(new JObject
    {
        ["engine"] = Engine,
        ["queue"] = Queue,
        ["id"] = Id,
        ["name"] = Name,
        ["firstRun"] = FirstRun,
    }.ToString(Formatting.Indented)));

    private static JobRecord Of(StrictObject json)
    {
        var record = new JobRecord(json.String("engine"), json.String("queue"), json.String("id"), json.String("name"), json.Int("firstRun", 1, int.MaxValue));
        json.End();
        return record;
    }
}
