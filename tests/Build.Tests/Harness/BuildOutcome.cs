using System.Text.RegularExpressions;

namespace Build.Tests.Harness;

/// <summary>What a build said.</summary>
internal sealed partial record BuildOutcome(int ExitCode, string Output)
{
    /// <summary>Errors, each once: MSBuild repeats them at the end.</summary>
    public IReadOnlyList<Diagnostic> Errors => Diagnostics("error");

    /// <summary>Warnings, each once, without those about the package feed.</summary>
    public IReadOnlyList<Diagnostic> Warnings => [.. Diagnostics("warning").Where(warning => warning.Code != "NU1603")];

    /// <summary>Fails unless the build succeeded without a warning.</summary>
    public BuildOutcome Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        Assert.Empty(Warnings);
        return this;
    }

    /// <summary>Fails unless the build failed with just one error, of this code.</summary>
    public Diagnostic FailedWith(string code)
    {
        Assert.True(ExitCode != 0 && Errors.Count == 1, Output);
        Assert.Equal(code, Errors[0].Code);
        return Errors[0];
    }

    [GeneratedRegex(@"^\s*(?<file>.+?)(\((?<line>\d+),(?<column>\d+)\))?\s*: (?<kind>error|warning) (?<code>[A-Z]+\d+): (?<message>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex DiagnosticLine();

    private Diagnostic[] Diagnostics(string kind) =>
    [
        .. DiagnosticLine().Matches(Output)
            .Where(match => match.Groups["kind"].Value == kind)
            .Select(match => new Diagnostic(match.Groups["code"].Value, match.Groups["message"].Value.Trim(), match.Groups["file"].Value, match.Groups["line"].Success ? int.Parse(match.Groups["line"].Value, System.Globalization.CultureInfo.InvariantCulture) : 0))
            .Distinct(),
    ];
}
