// What Word, Hangul and web pages put on the clipboard, as clean Markdown. The HTML is read in a
// document that runs nothing; what becomes of the Markdown is the server's sanitiser's business.
(() => {
  const ZERO_WIDTH = /[\u200b\u200c\u2060\ufeff\u00ad]/g;
  const DROPPED = "style, script, meta, link, title, xml, o\\:p, object, iframe, svg, img, input, button, form";
  const BULLETS = /^[\s\u00a0]*[·•▪◦○●■□§ØoüvÀ\-–*][\s\u00a0]+/u;
  const NUMBERS = /^[\s\u00a0]*\(?[0-9a-z가-하]{1,3}[.)][\s\u00a0]+/iu;

  const read = (html) => {
    // Styles tell Word's lists from its paragraphs, but must not be applied: they are renamed. So
    // are handlers, which would not run, but be reported.
    const kept = html
      .replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, "")
      .replace(/<!\[(?:if|endif)[^\]]*\]>/gi, "")
      .replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
      .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son[a-z]+\s*=/gi, " data-on="));
    return new DOMParser().parseFromString(kept, "text/html");
  };

  const styleOf = (node) => (node.getAttribute?.("data-style") || "").toLowerCase();
  const rename = (node, name) => {
    const made = node.ownerDocument.createElement(name);
    made.append(...node.childNodes);
    node.replaceWith(made);
    return made;
  };

  // Bold and italics that are only written as styles.
  const emphasise = (root) => {
    for (const span of root.querySelectorAll("span, font")) {
      const style = styleOf(span);
      const bold = /font-weight:\s*["']?(bold|[6-9]00)/.test(style);
      const slanted = /font-style:\s*["']?italic/.test(style);
      if (span.textContent.trim() && (bold || slanted)) rename(span, bold ? "strong" : "em");
      else span.replaceWith(...span.childNodes);
    }
  };

  // Word writes lists as paragraphs with a bullet typed in front.
  const listOf = (paragraph) => {
    const found = /mso-list:\s*l\d+\s+level(\d+)/.exec(styleOf(paragraph));
    if (!found && !/msolistparagraph/i.test(paragraph.className)) return null;
    const marker = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/.test(styleOf(span)));
    const text = `${(marker || paragraph).textContent.trim()} `;
    const ordered = NUMBERS.test(text) && !BULLETS.test(text);
    if (!marker && !ordered && !BULLETS.test(text)) return null;
    if (marker) marker.remove();
    else strip(paragraph);
    return { level: Number(found?.[1] || 1), ordered };
  };
  const strip = (paragraph) => {
    const walker = paragraph.ownerDocument.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim()) continue;
      node.data = node.data.replace(BULLETS, "").replace(NUMBERS, "");
      return;
    }
  };
  const makeLists = (root) => {
    let open = [];
    for (const paragraph of [...root.querySelectorAll("p")]) {
      const item = listOf(paragraph);
      if (!item) continue;
      if (open.length && open[0].nextElementSibling !== paragraph) open = [];
      open.length = Math.min(open.length, item.level);
      while (open.length < item.level) {
        const list = root.ownerDocument.createElement(item.ordered ? "ol" : "ul");
        const parent = open[open.length - 1];
        if (parent) (parent.lastElementChild || parent.appendChild(root.ownerDocument.createElement("li"))).append(list);
        else paragraph.before(list);
        open.push(list);
      }
      open[open.length - 1].append(rename(paragraph, "li"));
    }
  };

  // A heading by its style alone.
  const makeHeadings = (root) => {
    for (const paragraph of [...root.querySelectorAll("p")]) {
      const level = /^Mso(?:Heading([1-3])|Title)/.exec(paragraph.className) || /mso-outline-level:\s*([1-3])/.exec(styleOf(paragraph));
      if (level && paragraph.textContent.trim()) rename(paragraph, `h${Math.min(4, Number(level[1] || 1) + 1)}`);
    }
  };

  const cellText = (content) => content.replace(/\s*\n+\s*/g, " ").replace(/\|/g, "\\|").trim();
  const rowsOf = (table) => [...table.rows].map((row) => [...row.cells].flatMap((cell) =>
    [cellText(service.turndown(cell.innerHTML)), ...Array(Math.min(20, Math.max(0, cell.colSpan - 1))).fill("")]));

  const service = new TurndownService({ headingStyle: "atx", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*" });
  service.addRule("table", {
    filter: "table",
    replacement: (_content, table) => {
      const rows = rowsOf(table).filter((row) => row.some(Boolean));
      const width = Math.max(0, ...rows.map((row) => row.length));
      if (!width) return "";
      // A frame around a text is no table.
      if (width === 1) return `\n\n${rows.map((row) => row[0]).join("\n\n")}\n\n`;
      const line = (row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`;
      return `\n\n${[line(rows[0]), `|${" --- |".repeat(width)}`, ...rows.slice(1).map(line)].join("\n")}\n\n`;
    },
  });
  // A list as close as it is written by hand.
  service.addRule("item", {
    filter: "li",
    replacement: (content, item) => {
      const list = item.parentNode;
      const place = [...list.children].filter((one) => one.nodeName === "LI").indexOf(item);
      const mark = list.nodeName === "OL" ? `${place + 1}. ` : "- ";
      const inner = content.trim().replace(/\n{2,}/g, "\n").replace(/\n/g, `\n${" ".repeat(mark.length)}`);
      return `${mark}${inner}${item.nextElementSibling ? "\n" : ""}`;
    },
  });
  service.addRule("link", {
    filter: "a",
    replacement: (content, node) => {
      const url = node.getAttribute("href") || "", text = content.trim();
      if (!text || !/^(https?:|mailto:|tel:)/i.test(url)) return content;
      return `[${text}](${url.replace(/[()\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)})`;
    },
  });

  const toMarkdown = (html) => {
    const root = read(html).body;
    for (const node of root.querySelectorAll(DROPPED)) node.remove();
    makeHeadings(root);
    makeLists(root);
    emphasise(root);
    const text = service.turndown(root.innerHTML).replace(ZERO_WIDTH, "").replace(/\u00a0/g, " ");
    return text.split("\n").map((line) => line.replace(/[ \t]+$/, "")).join("\n").replace(/\n{3,}/g, "\n\n").trim();
  };

  window.pasted = { toMarkdown };
})();
