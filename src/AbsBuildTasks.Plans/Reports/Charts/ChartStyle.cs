namespace AbsBuildTasks.Plans.Reports.Charts;

/// <summary>Colours and styles of charts, for pages and for pictures that stand alone.</summary>
/// <remarks>
/// Blue and orange stay apart under every colour blindness, and shape, position or text always says the same. Text has
/// a contrast of at least 4.5 against the paper, marks of at least 3.
/// </remarks>
internal static class ChartStyle
{
    /// <summary>The colours, light and dark by the reader's preference.</summary>
    public const string Palette = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --panel: #f5f7f9; --ink: #1b2128; --soft: #56616d; --line: #d5dbe1; --edge: #7d8894;
          --blue: #0f62a8; --orange: #ab4a00; --worse: #a8321f; --better: #0a6b57;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #12161b; --panel: #1a2027; --ink: #e7eaee; --soft: #a3adb8; --line: #333c46; --edge: #7f8a96;
            --blue: #6fb4f2; --orange: #f2a35e; --worse: #f2917e; --better: #5cc7ad;
          }
        }
        """;

    /// <summary>How the parts of a chart look.</summary>
    public const string Parts = """
        .chart text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; fill: var(--soft); }
        .chart .title { font-size: 13px; font-weight: 600; fill: var(--ink); }
        .chart .value { fill: var(--ink); }
        .chart .name { font: 11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; fill: var(--ink); unicode-bidi: isolate; }
        .chart .row { fill: none; pointer-events: all; }
        .chart .paper { fill: var(--paper); }
        .chart .grid { fill: none; stroke: var(--line); stroke-width: 1; }
        .chart .track { fill: none; stroke: var(--edge); stroke-width: 1; }
        .chart .blue { fill: var(--blue); }
        .chart .orange { fill: var(--orange); }
        .chart .hollow { fill: var(--paper); stroke: var(--edge); stroke-width: 1.5; }
        .chart .ring { fill: none; stroke: var(--orange); stroke-width: 2; }
        .chart .line { fill: none; stroke: var(--blue); stroke-width: 1.75; stroke-linejoin: round; }
        .chart .test { fill: none; stroke: var(--orange); stroke-width: 1.75; stroke-dasharray: 2 2; }
        .chart .aim { fill: none; stroke: var(--orange); stroke-width: 1.75; stroke-dasharray: 5 3; }
        .chart .front { fill: none; stroke: var(--edge); stroke-width: 1; stroke-dasharray: 3 2; }
        .chart .gone { fill: none; stroke: var(--edge); stroke-width: 1; stroke-dasharray: 4 1; }
        .chart .some1, .chart .some2, .chart .some3, .chart .some4 { fill: none; stroke: var(--blue); stroke-dasharray: 4 1; }
        .chart .some1 { stroke-width: 1.6; }
        .chart .some2 { stroke-width: 2.4; }
        .chart .some3 { stroke-width: 3.2; }
        .chart .some4 { stroke-width: 4; }
        """;
}
