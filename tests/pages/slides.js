// What is wrong with the slides of a page at the size it has now, one line a fault; asked by test_slides.py.
(longest, solved) => {
  const SMALLEST = 16 * Math.max(1, Math.min(innerWidth / 1280, innerHeight / 720)) - 0.01;
  const faults = [];
  const { slides, screensOf, show } = self.slides;
  const inside = (inner, outer) =>
    inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;

  for (const [place, slide] of slides.entries()) {
    const folded = [...slide.querySelectorAll("details:is(.answer, .choice), details.help:last-of-type")];
    if (solved && !folded.length) continue;
    for (const one of folded) one.open = solved;
    for (let screen = 0; screen < screensOf(slide).length; screen++) {
      show(place, screen, { focus: false });
      const fault = (what) => found.push(what), found = [];
      const part = slide.querySelector(".part.now"), frame = part.getBoundingClientRect();
      if (!inside(frame, { left: 0, top: 0, right: innerWidth, bottom: innerHeight })) fault("is larger than the window");
      if (part.scrollHeight > part.clientHeight || part.scrollWidth > part.clientWidth) fault("is cut");
      const roots = [part, ...[...part.querySelectorAll("[data-seqlib]")].map((el) => el.shadowRoot.querySelector(".player"))];
      for (const root of roots) {
        const sentence = root.querySelector(".sentence"), said = sentence?.textContent;
        if (sentence) sentence.textContent = longest[slide.id] ?? said;
        look(root, frame, fault);
        if (sentence) sentence.textContent = said;
      }
      if (!part.innerText.trim() && roots.length < 2 && !part.querySelector("img")) fault("is empty");
      if (found.length) faults.push(`${slide.id}, screen ${screen + 1}${solved ? ", solved" : ""}: ${found.slice(0, 4).join("; ")}`);
    }
    for (const one of folded) one.open = false;
  }
  return faults;

  function look(root, frame, fault) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const node = walker.currentNode, parent = node.parentElement;
      if (!node.data.trim() || parent.closest("svg, style, .unseen, annotation") || !parent.checkVisibility({ visibilityProperty: true })) continue;
      if (parent.closest("details:not([open]) > :not(summary)")) continue;
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect(), what = `"${node.data.trim().slice(0, 30)}"`;
      if (!inside(box, frame)) fault(`${what} is cut`);
      const size = parseFloat(getComputedStyle(parent.closest("math") ?? parent).fontSize);
      if (size < SMALLEST) fault(`${what} has ${size} px`);
    }
    for (const svg of root.querySelectorAll(".picture > svg")) {
      const box = svg.getBoundingClientRect(), size = (14 * box.width) / svg.viewBox.baseVal.width;
      if (!inside(box, frame) || !inside(box, svg.parentElement.getBoundingClientRect())) fault("the picture is cut");
      if (size < SMALLEST) fault(`the picture's text has ${size.toFixed(1)} px`);
    }
  }
};
