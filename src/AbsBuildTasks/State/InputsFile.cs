using AbsBuildTasks.Plans.Documents;
using Newtonsoft.Json;

namespace AbsBuildTasks.State;

/// <summary>What a plan was made from: its fingerprint's entries, kept so that the next search can say why it runs.</summary>
internal static class InputsFile
{
    /// <summary>Writes a fingerprint's entries.</summary>
    public static void Write(string path, Fingerprint fingerprint) =>
        File.WriteAllText(path, JsonConvert.SerializeObject(fingerprint.Entries.ToDictionary(entry => entry.Key, entry => entry.Value), Formatting.Indented));
}
