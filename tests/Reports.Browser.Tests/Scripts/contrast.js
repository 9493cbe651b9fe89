// Text with a contrast below 4.5 against what is behind it, and marks of charts below 3, by the formula of WCAG 2.
() => {
  const found = new Set();
  const channels = color => color.match(/[\d.]+/g).map(Number);
  const luminance = color => {
    const [r, g, b] = channels(color).map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const opaque = color => channels(color).length === 3 || channels(color)[3] === 1;
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (opaque(color)) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const check = (element, color, least) => {
    const value = contrast(color, behind(element));
    if (value < least) found.add(`${element.localName} .${element.getAttribute('class')}: ${value.toFixed(2)} below ${least}`);
  };
  const hasText = element => [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());

  let texts = 0;
  for (const element of document.querySelectorAll('body *')) {
    if (element.matches('svg text')) {
      texts++;
      check(element, getComputedStyle(element).fill, 4.5);
    } else if (element.matches('svg .blue, svg .orange, svg [class^=some]')) {
      const style = getComputedStyle(element);
      check(element, style.fill === 'none' ? style.stroke : style.fill, 3);
    } else if (element.matches('svg .line, svg .aim, svg .ring, svg .track, svg .hollow, svg .gone')) {
      check(element, getComputedStyle(element).stroke, 3);
    } else if (!element.closest('svg') && hasText(element)) {
      texts++;
      check(element, getComputedStyle(element).color, 4.5);
    }
  }
  if (texts < 20) found.add(`only ${texts} texts were found`);
  return [...found];
}
