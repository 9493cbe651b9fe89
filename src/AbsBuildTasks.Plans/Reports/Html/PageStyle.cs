namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>How the page looks. Holds none of the characters that HTML and XML write differently.</summary>
internal static class PageStyle
{
    public const string Text = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 24px 16px 64px; max-width: 1536px; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; }
        h1 { margin: 0; font-size: 30px; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
        h2 { margin: 0 0 12px; font-size: 20px; line-height: 1.3; font-weight: 650; }
        h3 { margin: 28px 0 4px; font-size: 15px; font-weight: 650; }
        ul { margin: 0; padding-left: 20px; color: var(--soft); }
        li { overflow-wrap: anywhere; }
        p { margin: 0 0 12px; color: var(--soft); max-width: 68ch; }
        a { color: var(--blue); text-underline-offset: 3px; }
        :focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; border-radius: 2px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: 16px; top: -60px; padding: 8px 12px; background: var(--paper); border: 1px solid var(--edge); }
        .skip:focus { top: 8px; }
        .kind { margin: 0; font-size: 13px; }
        .name, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: .92em; overflow-wrap: anywhere; }
        h1 .name { font: inherit; }
        .verdict { margin: 16px 0 0; padding: 14px 18px 4px; border: 1px solid var(--line); border-left: 6px solid var(--edge); border-radius: 6px; }
        .verdict h2::first-letter { text-transform: uppercase; }
        .verdict.good { border-left-color: var(--better); }
        .verdict.bad { border-left-color: var(--worse); }
        .verdict .scroll, .verdict ul { margin-bottom: 12px; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 160px), 1fr)); gap: 1px; margin: 20px 0 12px;
          background: var(--line); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
        .figures div { padding: 12px 16px 14px; background: var(--panel); }
        .figures dt { font-size: 13px; color: var(--soft); }
        .figures dt .name { font: inherit; }
        .figures dd { margin: 0; font-size: 13px; color: var(--soft); overflow-wrap: anywhere; }
        .figures .value { font-size: 27px; line-height: 1.3; font-weight: 650; color: var(--ink); letter-spacing: -.01em; }
        .fingerprint { margin: 0; font-size: 13px; }
        nav { margin: 20px 0 0; padding: 10px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
        nav ul { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 0; padding: 0; list-style: none; font-size: 14px; }
        nav a { display: inline-block; padding: 2px 0; }
        section { padding-top: 32px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 344px), 1fr)); gap: 24px; margin: 12px 0 24px; align-items: start; }
        .chart { display: block; width: 100%; max-width: 520px; height: auto; overflow: visible; }
        .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
        .scroll + .scroll, .scroll + details, ul + .scroll { margin-top: 20px; }
        .scroll + p { margin-top: 12px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.4; }
        caption { padding: 10px 14px; text-align: left; font-size: 13px; color: var(--soft); }
        th, td { padding: 6px 14px; text-align: left; vertical-align: baseline; border-top: 1px solid var(--line); }
        thead th, thead td { background: var(--panel); font-size: 13px; font-weight: 600; color: var(--soft); }
        tbody th { min-width: 11em; max-width: 24em; font-weight: 400; white-space: normal; }
        :is(tbody th, td) .name { overflow-wrap: break-word; }
        .number { text-align: right; white-space: nowrap; }
        thead th { white-space: nowrap; }
        .ranges { white-space: normal; overflow-wrap: anywhere; }
        .better { color: var(--better); }
        .worse { color: var(--worse); }
        details { margin: 8px 0; border: 1px solid var(--line); border-radius: 6px; }
        summary { padding: 8px 14px; font-size: 14px; cursor: pointer; }
        details .charts { padding: 0 14px; }
        details .scroll { border-width: 1px 0 0; border-radius: 0; }
        .bar { display: inline-block; vertical-align: baseline; height: 9px; margin-right: 6px; background: var(--blue); border-radius: 1px; }
        .unbroken { white-space: nowrap; }
        @media (max-width: 1120px) { th, td, caption { padding-left: 8px; padding-right: 8px; } }
        @media (max-width: 640px) {
          body { padding-left: 12px; padding-right: 12px; }
          .verdict { padding: 12px 8px 4px; }
          :is(#verdict, #changes, header, [id^=part-]) :is(th, td) { padding: 6px 3px; font-size: 12px; }
          :is(#verdict, #changes, header, [id^=part-]) tbody th { min-width: 0; }
          #changes :is(th, td) { padding: 6px 2px; font-size: 11px; }
          :is(#verdict, #changes, header, [id^=part-]) thead th { font-size: 10px; letter-spacing: -.02em; }
          :is(#changes, header, [id^=part-]) .number { white-space: normal; }
          #verdict tbody th .name { white-space: nowrap; }
        }
        @media (max-width: 640px) { details .charts { padding: 0 2px; } th, td { padding: 6px 5px; } .bar { display: none; } tbody th { min-width: 6em; } caption { padding: 10px 5px; } table { font-size: 13px; } }
        @media print { nav, .skip { display: none; } body { padding: 0; } }
        """;
}
