namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>A piece of a printable line.</summary>
/// <param name="Text">Printable text: no line ends, no control characters.</param>
/// <param name="Tone">What it is.</param>
internal sealed record TextSpan(string Text, CellTone Tone);
