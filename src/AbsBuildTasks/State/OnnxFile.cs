using System.Text;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.State;

/// <summary>The compressed network as ONNX, beside the plan that it is made of: another plan has another folder. Or that there is none, and why.</summary>
/// <param name="folder">The plan's folder.</param>
/// <param name="model">The model's name.</param>
internal sealed class OnnxFile(string folder, string model)
{
    private const string RecordName = "onnx.tsv";
    private const string Made = "made";
    private const string Refused = "refused";

    // The file last: where it is, the other is, too.
    private string[] Names => [model + ResultFile.OnnxRecord.Suffix, model + ResultFile.Onnx.Suffix];

    /// <summary>The file, whether it exists or not.</summary>
    public string Path => System.IO.Path.Combine(folder, model + ResultFile.Onnx.Suffix);

    /// <summary>What is to be said of the file, whether that exists or not.</summary>
    public string RecordPath => System.IO.Path.Combine(folder, model + ResultFile.OnnxRecord.Suffix);

    /// <summary>What belongs to the output folder, whether it exists or not.</summary>
    public IReadOnlyList<string> Files => [.. Names.Select(name => System.IO.Path.Combine(folder, name))];

    /// <summary>What the files were when they were put here, or why there are none; whether it exists or not.</summary>
    public string Record => System.IO.Path.Combine(folder, RecordName);

    /// <summary>Whether the files are there, as they were put there.</summary>
    /// <param name="key">How they are wanted, and by which version of the export.</param>
    public bool IsSound(string key) => Parts() is [Made, var made] && made == key && FolderRecord.FirstDamaged(folder, Names, RecordName) is null;

    /// <summary>Why files that were wanted in this way could not be made; null where that is not known.</summary>
    /// <param name="key">How they are wanted, and by which version of the export.</param>
    public (string Code, string Text)? Refusal(string key) =>
        Parts() is [Refused, var refused, var code, var text] && refused == key && LineText.Decode(text) is { } reason ? (code, reason) : null;

    /// <summary>Takes over files; what is recorded is whole.</summary>
    /// <param name="source">The folder that holds them.</param>
    /// <param name="key">How they are wanted, and by which version of the export.</param>
    /// <exception cref="IOException">A file is in use, or cannot be written.</exception>
    public void Take(string source, string key)
    {
        Remove();
        foreach (var name in Names)
        {
            File.Move(System.IO.Path.Combine(source, name), System.IO.Path.Combine(folder, name));
        }

        FolderRecord.Write(folder, Names, RecordName, $"{Made}\t{key}\n");
    }

    /// <summary>Remembers that there are no files, and why: the same weights are refused again.</summary>
    /// <param name="key">How they were wanted, and by which version of the export.</param>
    /// <param name="code">The error's code.</param>
    /// <param name="text">What it says.</param>
    /// <exception cref="IOException">A file is in use, or cannot be written.</exception>
    public void Refuse(string key, string code, string text)
    {
        Remove();
        AtomicFile.Write(Record, Encoding.UTF8.GetBytes($"{Refused}\t{key}\t{code}\t{LineText.Encode(text)}\n"));
    }

    /// <summary>Removes files and record, where there are any.</summary>
    public void Remove()
    {
        File.Delete(Record);
        Array.ForEach([.. Files], File.Delete);
    }

    private string[] Parts() => File.Exists(Record) ? OrdinaryFile.ReadAllLines(Record).FirstOrDefault()?.Split('\t') ?? [] : [];
}
