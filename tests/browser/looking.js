// What is asked of a document from inside it: an object of functions, called by harness.py on a page whose own scripts
// are switched off, so that what the parser made of the file is seen before anything could tidy it away.
({
  structure() {
    const faults = [];
    const tag = (element) => element.cloneNode(false).outerHTML.replace(/\s+/g, " ").slice(0, 120);
    const BANNED = new Set([
      // `link` too: whatever it names, a page that is one file needs none, and dns-prefetch shows in no list of requests.
      "script", "base", "link", "template", "iframe", "frame", "object", "embed", "applet", "portal", "fencedframe",
      "animate", "animatemotion", "animatetransform", "set", // these can change an href after it was looked at
    ]);
    const ADDRESSES = new Set([
      "href", "xlink:href", "src", "srcset", "imagesrcset", "action", "formaction", "data", "poster", "background",
      "ping", "srcdoc", "manifest", "longdesc", "lowsrc", "codebase",
    ]);

    // A fragment of the page itself and a picture that stands in it load nothing; a link may lead to the web or to mail.
    const harmless = (element, name, value) => {
      if (value.trimStart().startsWith("#")) return true;
      let url;
      try {
        url = new URL(value, document.baseURI);  // reads `java\nscript:` as a browser does
      } catch {
        return false;
      }
      if (url.protocol === "data:" && /^data:image\//i.test(url.href)) return element.localName === "img" && name === "src";
      return ["a", "area"].includes(element.localName) && name === "href" && ["http:", "https:", "mailto:"].includes(url.protocol);
    };
    const loads = (css) => [...css.matchAll(/url\(\s*["']?(?!#|data:image\/|data:font\/)[^)]*\)/gi)].map((match) => match[0]);

    for (const element of document.querySelectorAll("*")) {
      if (BANNED.has(element.localName.toLowerCase())) faults.push(`element: ${tag(element)}`);
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) faults.push(`event handler: ${name} in ${tag(element)}`);
        else if (ADDRESSES.has(name.toLowerCase())) {
          if (!harmless(element, name.toLowerCase(), value)) faults.push(`address: ${name} in ${tag(element)}`);
        } else for (const url of loads(value)) faults.push(`address: ${url} in ${tag(element)}`);
      }
      if (element.localName === "meta" && /^refresh$/i.test(element.httpEquiv)) faults.push(`refresh: ${tag(element)}`);
    }
    for (const sheet of document.styleSheets)
      for (const rule of sheet.cssRules) {
        if (rule instanceof CSSImportRule) faults.push(`address: ${rule.cssText}`);
        else for (const url of loads(rule.cssText)) faults.push(`address: ${url} in a style sheet`);
      }

    try {
      if (Intl.getCanonicalLocales(document.documentElement.lang).length === 0) throw new RangeError("empty");
    } catch {
      faults.push(`lang: ${JSON.stringify(document.documentElement.lang)} of the page names no language`);
    }
    const charset = document.head.querySelector("meta[charset]");
    if (!/^utf-8$/i.test(charset?.getAttribute("charset") ?? "")) faults.push("charset: no <meta charset=utf-8> in the head");

    // Several policies hold together, so one that is strict is enough; but it holds only for what stands after it.
    const policies = [...document.head.querySelectorAll("meta[http-equiv=Content-Security-Policy i]")];
    const weak = policies.map((meta) => {
      const directives = new Map();
      for (const text of meta.content.split(";")) {
        const [name, ...sources] = text.trim().toLowerCase().split(/\s+/);
        if (name && !directives.has(name)) directives.set(name, sources);
      }
      if (directives.get("default-src")?.join(" ") !== "'none'") return "default-src is not 'none'";
      for (const [name, sources] of directives)
        for (const source of name === "sandbox" ? [] : sources) {
          const inline = name.startsWith("style-src") && /^'(unsafe-inline|sha(256|384|512)-.*)'$/.test(source);
          const inside = ["img-src", "font-src"].includes(name) && source === "data:";
          if (source !== "'none'" && !inline && !inside) return `${name} admits ${source}`;
        }
      const first = document.querySelector("style, link, script, body *");
      if (first && meta.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_PRECEDING) return `it stands after ${tag(first)}`;
      return "";
    });
    if (policies.length === 0) faults.push("content security policy: there is none in the head");
    else if (!weak.includes("")) faults.push(`content security policy: ${weak[0]}`);
    return faults;
  },

  // The margins at the left and right that the page asks of the printer, in pixels.
  margins() {
    const probe = document.body.appendChild(document.createElement("div"));
    const pixels = (length) => {
      probe.style.marginLeft = "0";
      probe.style.marginLeft = length;
      return parseFloat(getComputedStyle(probe).marginLeft);
    };
    const widths = [0];
    const walk = (rules) => {
      for (const rule of rules)
        if (rule instanceof CSSPageRule) widths.push(pixels(rule.style.marginLeft) + pixels(rule.style.marginRight));
        else if (rule.cssRules) walk(rule.cssRules);
    };
    for (const sheet of document.styleSheets) walk(sheet.cssRules);
    probe.remove();
    return Math.max(...widths);
  },

  overflow() {
    const faults = [];
    const width = document.documentElement.clientWidth;
    const told = (text) => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 40));
    const scrolled = document.scrollingElement.scrollWidth;
    if (scrolled > width) faults.push(`overflow: the page is ${scrolled} px wide where ${width} are printed`);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (texts.nextNode()) {
      range.selectNodeContents(texts.currentNode);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      if (boxes.some((box) => box.right > width + 1 || box.left < -1))
        faults.push(`overflow: ${told(texts.currentNode.data)} is drawn beside the page`);
    }
    // On paper nobody scrolls: what a box hides at its right is lost.
    for (const element of document.body.querySelectorAll("*"))
      if (getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1)
        faults.push(`overflow: a box cuts ${told(element.innerText)}`);
    return faults;
  },

  // The characters of visible text that are drawn as a missing glyph or as nothing, by the font they are asked in.
  // Compared are bitmaps, because the browser names a font also where it draws that font's empty box.
  missing() {
    const asked = new Map();
    const take = (style, text) => {
      const font = `${style.fontStyle} ${style.fontWeight} 32px ${style.fontFamily}`;
      if (!asked.has(font)) asked.set(font, new Set());
      for (const character of text) asked.get(font).add(character);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (texts.nextNode()) {
      range.selectNodeContents(texts.currentNode);
      if (range.getClientRects().length) take(getComputedStyle(texts.currentNode.parentElement), texts.currentNode.data);
    }
    for (const element of document.body.querySelectorAll("*"))
      for (const pseudo of element.getClientRects().length ? ["::before", "::after"] : []) {
        const style = getComputedStyle(element, pseudo);
        for (const [, text] of style.content.matchAll(/"((?:[^"\\]|\\.)*)"/g)) take(style, text.replace(/\\(.)/g, "$1"));
      }

    const SIZE = 64;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const bitmap = (font, character) => {
      context.clearRect(0, 0, SIZE, SIZE);
      context.font = font;
      context.fillText(character, 12, 44);
      return new Uint32Array(context.getImageData(0, 0, SIZE, SIZE).data.buffer);
    };
    const same = (one, other) => one.every((pixel, place) => pixel === other[place]);
    const faults = [];
    for (const [font, characters] of asked) {
      // Not assigned, for private use, and assigned to nothing for ever: no font has any of them.
      const boxes = ["\u{378}", "\u{F0000}", "\u{10FFFF}"].map((character) => bitmap(font, character));
      for (const character of characters) {
        if (/[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(character)) continue;
        const drawn = bitmap(font, character);
        if (drawn.every((pixel) => pixel === 0) || boxes.some((box) => same(drawn, box)))
          faults.push(`no glyph: U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")} in ${font}`);
      }
    }
    return faults;
  },

  payloads(payloads) {
    const squeezed = (text) => text.replace(/\s+/g, " ").trim();
    const shown = squeezed(document.body.innerText);
    const attributes = (element) => [...element.attributes].map(({ name, value }) => `${name}=${value}`).sort().join("\n");
    const faults = [];
    for (const payload of payloads) {
      if (!shown.includes(squeezed(payload))) faults.push(`payload: ${JSON.stringify(payload)} is not read on the page`);
      // A template takes cells and rows without a table, a document takes <body onload>: together all that it could make.
      const template = document.createElement("template");
      template.innerHTML = payload;
      const made = new DOMParser().parseFromString(payload, "text/html");
      for (const element of [...template.content.querySelectorAll("*"), ...made.querySelectorAll("*")]) {
        // A bare <br> or an empty <b> cannot be told from the page's own; that it was eaten shows in the text above.
        // So it is with the frame that the parser puts around every document.
        const text = squeezed(element.textContent);
        const plain = element.attributes.length === 0;
        if (plain && (!text || ["html", "head", "body"].includes(element.localName))) continue;
        const twin = [...document.getElementsByTagName(element.localName)].find(
          (other) => attributes(other) === attributes(element) && (!plain || squeezed(other.textContent) === text),
        );
        if (twin) faults.push(`payload: ${JSON.stringify(payload)} made ${twin.outerHTML.slice(0, 80)}`);
      }
    }
    return [...new Set(faults)];
  },
})
