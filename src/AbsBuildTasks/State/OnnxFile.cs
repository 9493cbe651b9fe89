using AbsBuildTasks.Plans.Caching;

namespace AbsBuildTasks.State;

/// <summary>The compressed network as ONNX, beside the plan that it is made of: another plan has another folder.</summary>
/// <param name="folder">The plan's folder.</param>
/// <param name="model">The model's name.</param>
internal sealed class OnnxFile(string folder, string model)
{
    private const string RecordName = "onnx.tsv";

    private string Name => model + ResultFile.Onnx.Suffix;

    /// <summary>The file, whether it exists or not.</summary>
    public string Path => System.IO.Path.Combine(folder, Name);

    /// <summary>What the file was when it was put here, whether there is one or not.</summary>
    public string Record => System.IO.Path.Combine(folder, RecordName);

    /// <summary>Whether the file is there, as it was put there.</summary>
    public bool IsSound => FolderRecord.FirstDamaged(folder, [Name], RecordName) is null;

    /// <summary>Takes over a file; one that is recorded is whole.</summary>
    /// <param name="made">The file.</param>
    /// <exception cref="IOException">A file is in use, or cannot be written.</exception>
    public void Take(string made)
    {
        Remove();
        File.Move(made, Path);
        FolderRecord.Write(folder, [Name], RecordName);
    }

    /// <summary>Removes the file and its record, where there are any.</summary>
    public void Remove()
    {
        File.Delete(Record);
        File.Delete(Path);
    }
}
