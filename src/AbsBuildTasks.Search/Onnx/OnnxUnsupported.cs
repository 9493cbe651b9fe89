namespace AbsBuildTasks.Search.Onnx;

/// <summary>The value of an attribute that is not read: refused where an operator asks for it.</summary>
/// <param name="Kind">What it is, for messages.</param>
internal sealed record OnnxUnsupported(string Kind);
