using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Json;

/// <summary>A text is not the JSON it should be. Never leaves this assembly: callers turn it into their own error.</summary>
/// <param name="position">Where in the text.</param>
/// <param name="message">The path of the value and what is wrong with it, one line.</param>
internal sealed class JsonShapeException(TextPosition position, string message) : Exception(message)
{
    public TextPosition Position { get; } = position;
}
