using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>What all requests to workers have in common as texts.</summary>
internal static class RequestJson
{
    /// <summary>Reads a request; every property must be read, and no other be there.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What is asked for, such as <c>search</c>.</param>
    /// <param name="read">Reads the properties.</param>
    /// <exception cref="AbsException">ABS9001: the text is no such request.</exception>
    public static T Read<T>(string text, string what, Func<StrictObject, T> read)
    {
        try
        {
            var json = StrictJson.ReadObject(text);
            var request = read(json);
            json.End();
            return request;
        }
        catch (JsonShapeException error)
        {
            throw new AbsException(
                AbsCodes.Defect,
                FormattableString.Invariant($"The {what} request cannot be read: line {error.Position.Line}: {error.Message}. Tasks and worker must come from one package; please report this."),
                error);
        }
    }
}
