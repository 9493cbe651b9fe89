// Text that is cut off, lies over other text, or leaves the page. Rectangles in CSS pixels; a pixel of slack for rounding.
() => {
  const slack = 1;
  const found = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide, the window ${page.clientWidth}`);

  const visible = element => element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';
  const told = element => `'${element.textContent.slice(0, 40)}'`;

  for (const chart of [...document.querySelectorAll('svg')].filter(visible)) {
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('text')].map(element => ({ element, box: element.getBoundingClientRect() }));
    for (const { element, box } of texts) {
      if (box.left < frame.left - slack || box.right > frame.right + slack || box.top < frame.top - slack || box.bottom > frame.bottom + slack) {
        found.push(`${told(element)} leaves its chart`);
      }
    }
    texts.sort((a, b) => a.box.top - b.box.top);
    for (let i = 0; i < texts.length; i++) {
      for (let j = i + 1; j < texts.length && texts[j].box.top < texts[i].box.bottom - slack; j++) {
        // Line boxes of neighbouring rows may touch; letters fill about the middle two thirds.
        const [a, b] = [texts[i].box, texts[j].box];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > slack && down > a.height / 3) found.push(`${told(texts[i].element)} lies over ${told(texts[j].element)}`);
      }
    }
  }

  const blocks = [...document.querySelectorAll('h1, h2, h3, p, dt, dd, li, summary, caption, th, td, svg, .scroll')].filter(visible);
  for (const element of blocks) {
    const box = element.getBoundingClientRect();
    const scroller = element.closest('.scroll');
    const frame = scroller && scroller !== element ? { left: -Infinity, right: Infinity } : { left: 0, right: page.clientWidth };
    if (box.left < frame.left - slack || box.right > frame.right + slack) found.push(`${element.localName} ${told(element)} leaves the page`);
    if (element.localName !== 'svg' && !element.matches('.scroll') && element.scrollWidth > element.clientWidth + slack) {
      found.push(`${element.localName} ${told(element)} is cut off`);
    }
  }

  const siblings = [...document.querySelectorAll('body, header, main, section, .charts, .figures, dl div, details')];
  for (const parent of siblings) {
    const boxes = [...parent.children].filter(visible).filter(child => getComputedStyle(child).position !== 'absolute')
      .map(element => ({ element, box: element.getBoundingClientRect() }));
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i].box, boxes[j].box];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack) {
          found.push(`${told(boxes[i].element)} lies over ${told(boxes[j].element)}`);
        }
      }
    }
  }
  return found.slice(0, 20);
}
