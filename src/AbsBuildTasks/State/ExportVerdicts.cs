using System.Text;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.State;

/// <summary>Whether networks can be written as ONNX, as found out before their searches: of each model the last answer.</summary>
/// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans.</param>
internal sealed class ExportVerdicts(string stateDirectory)
{
    private readonly string _path = Path.Combine(stateDirectory, "onnx.tsv");

    /// <summary>Finds an answer.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="key">Its fingerprint, and the version of the export.</param>
    /// <returns>Why the network cannot be written; empty where it can; null where that is not known.</returns>
    public string? Find(string model, string key) =>
        Lines().Select(line => line.Split('\t')).FirstOrDefault(parts => parts.Length == 3 && parts[0] == model && parts[1] == key) is [_, _, var text] ? LineText.Decode(text) : null;

    /// <summary>Keeps an answer in the place of the model's last.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="key">Its fingerprint, and the version of the export.</param>
    /// <param name="reason">Why the network cannot be written; empty where it can.</param>
    /// <exception cref="IOException">The file is in use, or cannot be written.</exception>
    public void Keep(string model, string key, string reason) => AtomicFile.Write(_path, Encoding.UTF8.GetBytes(string.Concat(
        Lines().Where(line => line.Split('\t')[0] != model).Append($"{model}\t{key}\t{LineText.Encode(reason)}").Select(line => line + "\n"))));

    private string[] Lines() => File.Exists(_path) ? OrdinaryFile.ReadAllLines(_path) : [];
}
