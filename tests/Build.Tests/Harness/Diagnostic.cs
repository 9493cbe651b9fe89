namespace Build.Tests.Harness;

/// <summary>An error or warning of a build.</summary>
internal sealed record Diagnostic(string Code, string Message, string File, int Line);
