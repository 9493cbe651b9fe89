namespace AbsBuildTasks.Search.Contract;

/// <summary>Delivered weights of an earlier plan, which a search's network starts from.</summary>
/// <param name="File">Full path of the <c>.weights.zip</c>.</param>
/// <param name="Hash">SHA-256 of its content, 64 lower-case hexadecimal digits.</param>
internal sealed record WarmStart(string File, string Hash);
