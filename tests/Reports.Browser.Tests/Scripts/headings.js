// Headings that skip a level, and parts without a name.
() => {
  const found = [];
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const next = Number(heading.localName[1]);
    if (next > level + 1) found.push(`${heading.localName} '${heading.textContent}' follows h${level}`);
    level = next;
  }
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  for (const chart of document.querySelectorAll('svg')) {
    if (!chart.querySelector(':scope > title')?.textContent || !chart.querySelector(':scope > desc')?.textContent) found.push('a chart without title or description');
  }
  return found;
}
