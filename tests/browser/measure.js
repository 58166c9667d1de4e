// What a person could not see or read on the page, as a list of sentences.
(() => {
  const faults = [];
  const name = (element) => {
    const mark = element.id || element.className || element.dataset.c || "";
    return element.localName + (mark && "." + mark) + " " + element.textContent.trim().slice(0, 30);
  };
  const width = document.documentElement.clientWidth;
  const total = document.scrollingElement.scrollWidth;
  if (total > width) faults.push(`the page is ${total} pixels wide and the screen ${width}`);

  // Everything that is shown, leaving out what is folded away.
  const shown = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());
  if (shown.length === 0) faults.push("nothing is shown");
  const scrolls = (value) => value === "auto" || value === "scroll";

  // A box that is smaller than what is in it shows it cut off or over its neighbours.
  for (const element of shown) {
    const style = getComputedStyle(element);
    if (element.clientWidth === 0 || element.localName === "select" || element.localName === "input") continue;
    if (!scrolls(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
      faults.push(`${element.scrollWidth} pixels in a width of ${element.clientWidth}: ${name(element)}`);
    if (!scrolls(style.overflowY) && element.scrollHeight > element.clientHeight + 3)
      faults.push(`${element.scrollHeight} pixels in a height of ${element.clientHeight}: ${name(element)}`);
  }

  // Contrast by WCAG 2: the ratio of the luminances, 4.5 for texts.
  const channels = (colour) => {
    const found = colour.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
    if (!found) throw new Error(`a colour that is not understood: ${colour}`);
    return { rgb: found.slice(1, 4).map(Number), alpha: found[4] === undefined ? 1 : Number(found[4]) };
  };
  const luminance = (rgb) => {
    const linear = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return rgb;
      if (alpha !== 0) throw new Error(`a background that can be seen through: ${name(at)}`);
    }
    throw new Error("the page has no background");
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const check = (element, colour, what) => {
    const contrast = ratio(channels(colour).rgb, behind(element));
    if (contrast < 4.5) faults.push(`a contrast of ${contrast.toFixed(2)}: ${what} ${name(element)}`);
  };
  let texts = 0;
  for (const element of shown) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (own || element.value) {
      texts += 1;
      check(element, getComputedStyle(element).color, "the text of");
      const size = parseFloat(getComputedStyle(element).fontSize);
      if (size < 12 && !matchMedia("print").matches) faults.push(`letters of ${size} pixels: ${name(element)}`);
    }
    const before = getComputedStyle(element, "::before");
    if (before.content !== "none") check(element, before.color, "the label of");
  }
  if (texts === 0) faults.push("there is no text");
  return faults;
})();
