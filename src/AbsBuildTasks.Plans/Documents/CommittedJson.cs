using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>Reads a small document that is committed beside a snapshot.</summary>
/// <param name="path">The file, as failures name it.</param>
/// <param name="code">The code of all failures.</param>
/// <param name="remedy">What to do, behind each failure: a sentence or more.</param>
internal sealed class CommittedJson(string path, string code, string remedy)
{
    /// <summary>Reads a document.</summary>
    /// <param name="content">The file's bytes, UTF-8; null where there are too many.</param>
    /// <param name="schemaVersion">The only version that is known.</param>
    /// <param name="read">Reads all other properties.</param>
    /// <exception cref="AbsException">It is too large, no such document, or has properties that nobody read; with the place.</exception>
    public T Read<T>(byte[]? content, int schemaVersion, Func<StrictObject, T> read)
    {
        if (content is null)
        {
            throw Error(new(1, 1), "the file is too large");
        }

        try
        {
            var json = StrictJson.ReadObject(Encoding.UTF8.GetString(content).TrimStart('\uFEFF'));
            json.Int("schemaVersion", schemaVersion, schemaVersion);
            var document = read(json);
            json.End();
            return document;
        }
        catch (JsonShapeException error)
        {
            throw Error(error.Position, error.Message);
        }
    }

    private AbsException Error(TextPosition position, string what) => new(code, new SourcePlace(path, position.Line, position.Column), $"{what}. {remedy}");
}
