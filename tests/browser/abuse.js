// Random events on one picture, in the page itself, and what must hold afterwards; see abuse.py, which starts it.
// What a page would do, `player.render(…)`, it hands to `self.abused` instead.
(() => {
  const KEYS = [
    "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", " ", "Enter", "Escape", "Tab",
    "Backspace", "Delete", ..."abcdefghijklmnopqrstuvwxyz0123456789?+-.,/", "D", "ㅅ", "F1", "Process", "Unidentified", "Dead",
  ]; // prettier-ignore
  const TEXTS = [
    "", " ", "the children play", "나는 밥을 먹었다", "나는 나는 나는", "a".repeat(3000), "word ".repeat(300), "שלום עולם",
    "مرحبا \u202eabc\u202c", "<b>bold</b> word", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "&amp; &lt;b&gt;",
    "${alert(1)}", "$\\frac{1}{2}$", "{0} {name} {}", "\\frac \\n", "%s %d %%", "\x00\x1b[31m", "🙂 👩‍👩‍👧‍👦", "e\u0301\u0323".repeat(40),
    "I i İ ı", "'\" `", "__proto__", "constructor toString", "NaN -0 1e999", "０．５", "\ud800 \udc00", "\u2028\u2029", "한글",
    "0.5", "-1,5", "−0.27", "+", "javascript:alert(1)", "]]>", "--><b>",
  ]; // prettier-ignore
  const CONTROLS = "button, input, select, [tabindex], [data-goto], [data-open], .pixels, .area, summary";

  /** mulberry32: the same numbers from the same seed. */
  function numbersFrom(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  self.alert = () => (self.alerted = true);

  class Abused {
    constructor(player, alone, data, el) {
      Object.assign(this, { player, alone, el, pristine: structuredClone(data), done: 0, lost: [] });
      this.begin(data);
    }

    begin(data) {
      this.model = this.alone(data);
      this.end = this.player.render({ model: this.model, el: this.el });
      this.typed = new Map(); // a field, and what has been typed into it, also by the browser's own keys
      this.el.shadowRoot.addEventListener("input", ({ isTrusted, target }) => {
        if (isTrusted && this.typed.has(target)) this.typed.set(target, { text: target.value, at: this.question(target) });
      });
    }

    get root() {
      return this.el.shadowRoot.querySelector(".player");
    }

    get isSketch() {
      return "sketch" in this.pristine.extras;
    }

    /** What a reader has set, and the step. */
    state() {
      const names = ["t", "update", "drawn", "shown", ...(this.pristine.state ?? [])];
      return structuredClone(Object.fromEntries(names.map((name) => [name, this.model.get(name)]).filter(([, v]) => v !== undefined)));
    }

    /** What the picture began with: a longer sentence would be more nodes, and no growth. */
    async home() {
      for (const name of Object.keys(this.state())) this.model.set(name, structuredClone(this.pristine[name]));
      this.typed.clear();
      await frame();
    }

    // --- events ---

    async events(count, seed) {
      const random = numbersFrom(seed), below = (n) => Math.floor(random() * n), one = (list) => list[below(list.length)];
      const deeds = Object.entries(this.deeds(random, below, one)).flatMap(([name, [weight, run]]) => Array(weight).fill([name, run]));
      for (let n = 0; n < count; n++) {
        const [name, run] = one(deeds);
        run();
        this.done++;
        this.look(name);
        if (below(25) === 0) await frame();
      }
      await frame();
    }

    /** What is typed stays, whatever else is done; a guess belongs to its step, and stands there again. */
    look(deed) {
      for (const [field, { text, at }] of this.typed) {
        if (!field.isConnected) this.typed.delete(field);
        else if (field.value !== text && at === this.question(field)) this.lost.push(`${deed}: ${JSON.stringify(text.slice(0, 40))} became ${JSON.stringify(field.value.slice(0, 40))}`), this.typed.delete(field);
      }
    }

    question(field) {
      return field.id === "guess" ? `${this.model.get("t")}, ${this.model.get("update")}` : "";
    }

    deeds(random, below, one) {
      const all = (selector) => [...this.root.querySelectorAll(selector)].filter((e) => e.getClientRects().length);
      const tell = (target, Kind, type, more = {}) =>
        target?.dispatchEvent(new Kind(type, { bubbles: true, composed: true, cancelable: true, ...more }));
      const pointer = (target, type, x, y, more) =>
        tell(target, type === "click" ? MouseEvent : PointerEvent, type, { pointerId: 1, isPrimary: true, clientX: x, clientY: y, ...more });
      const anywhere = () => {
        const { left, top, width, height } = this.root.getBoundingClientRect();
        return [left + random() * width, top + random() * height];
      };
      const under = (x, y) => this.el.shadowRoot.elementFromPoint(x, y) ?? this.root;
      const press = (target) => this.forget(target, () => target?.click());
      return {
        key: [30, () => {
          const target = random() < 0.7 ? this.el.shadowRoot.activeElement ?? this.root : one(all(CONTROLS)), key = one(KEYS);
          const more = { key, shiftKey: random() < 0.1, ctrlKey: random() < 0.03, isComposing: random() < 0.02, repeat: random() < 0.1 };
          for (const type of ["keydown", "keyup"]) this.forget(target, () => tell(target, KeyboardEvent, type, more), key);
        }],
        click: [12, () => {
          const [x, y] = anywhere(), target = under(x, y);
          for (const type of ["pointerdown", "pointerup"]) pointer(target, type, x, y);
          press(target.click ? target : null), target.click || pointer(target, "click", x, y);
        }],
        press: [16, () => press(one(all("button")))],
        drag: [8, () => {
          let [x, y] = anywhere(), target = random() < 0.5 ? under(x, y) : one(all(".pixels, .area")) ?? under(x, y);
          pointer(target, "pointerdown", x, y);
          for (let n = below(8); n > 0; n--) [x, y] = anywhere(), pointer(target, "pointermove", x, y);
          pointer(target, one(["pointerup", "pointercancel"]), x, y);
        }],
        hover: [6, () => {
          const [x, y] = anywhere();
          for (const type of ["mouseover", "mousemove", "mouseout", "mouseleave"]) tell(under(x, y), MouseEvent, type, { clientX: x, clientY: y });
        }],
        slide: [12, () => {
          const input = one(all("input[type=range]"));
          if (!input) return;
          input.value = one([input.min, input.max, Number(input.min) + random() * (input.max - input.min)]);
          for (const type of ["input", "change"]) tell(input, Event, type);
        }],
        tick: [3, () => press(one(all("input[type=checkbox]")))],
        select: [3, () => {
          const select = one(all("select"));
          if (!select) return;
          select.selectedIndex = below(select.options.length);
          this.typed.clear(); // another question
          tell(select, Event, "change");
        }],
        type: [8, () => {
          const input = one(all("input[type=text]"));
          if (!input) return;
          input.focus();
          input.value = one([() => one(TEXTS), () => (input.value + input.value).slice(0, 20000), () => input.value + one(TEXTS)])();
          this.typed.set(input, { text: input.value, at: this.question(input) });
          tell(input, InputEvent, "input");
          if (random() < 0.2) return; // not ended yet
          this.forget(input, () => {
            tell(input, Event, "change");
            if (random() < 0.5) tell(input, KeyboardEvent, "keydown", { key: "Enter" });
          }, "Enter");
        }],
        focus: [4, () => one(all(CONTROLS))?.focus({ preventScroll: true })],
        wheel: [2, () => tell(under(...anywhere()), WheelEvent, "wheel", { deltaY: 200 * (random() - 0.5) })],
        resize: [2, () => (this.el.style.width = one(["", "120px", "300px", "700px", "1500px", "0"]))],
        hide: [1, () => (this.el.style.display = this.el.style.display ? "" : "none")],
        theme: [1, () => (document.body.dataset.jpThemeLight = one(["true", "false"]))],
        move: [1, () => document.querySelector("main").append(this.el)], // as a list of cells that scrolls does
        kernel: [2, () => this.model.set("t", 1 + below(this.pristine.sentences.length))], // Python leads
        again: [1, () => this.rerun()],
      }; // prettier-ignore
    }

    /** Where a press means to change what is typed (a question that is answered, a sentence that is written) nothing is lost. */
    forget(target, run, key) {
      const before = JSON.stringify([this.model.get("typed"), this.model.get("choice")]);
      const answers = target?.closest?.(".guess") && (key === undefined || key === "Enter");
      run();
      if (answers || before !== JSON.stringify([this.model.get("typed"), this.model.get("choice")])) this.typed.clear();
      if (this.root.querySelector(".guess")?.hidden ?? true) for (const field of this.typed.keys()) if (field.id === "guess") this.typed.delete(field);
    }

    /** As a cell that is run again: the old one ends, another stands in its place. */
    rerun() {
      const state = this.state(), other = this.el.cloneNode(false);
      this.end();
      this.el.replaceWith(other);
      this.el = other;
      this.begin({ ...structuredClone(this.pristine), ...state });
    }

    // --- what must hold ---

    /** No clock, no level, no question, no large view. */
    async calm() {
      this.el.style.width = this.el.style.display = "";
      if (this.root.closest("dialog")) this.root.querySelector("button.enlarge").click();
      for (const selector of [".path button", ".predict [aria-checked=true]"]) this.root.querySelector(selector)?.click();
      for (const input of this.root.querySelectorAll(".controls input[type=range]")) input.dispatchEvent(new Event("input"));
      await frame();
    }

    seen(root) {
      const svg = root.querySelector(".picture > svg"), { isSketch } = this;
      const parts = [...svg.querySelectorAll("*")].filter((e) => !(isSketch && e.matches(".cursor, .area")));
      const attributes = (e) => [...e.attributes].map(({ name, value }) => `${name}=${value}`).sort().join(" ");
      const drawn = parts.map((e) => `${e.localName} ${attributes(e)} ${e.children.length ? "" : e.textContent}`);
      return [...drawn, root.querySelector(".sentence").textContent, ...[...root.querySelectorAll(".readout")].map((e) => e.textContent)];
    }

    /** What differs from a fresh picture at the same step, and what was made out of what was typed. */
    async differences() {
      await this.calm();
      const other = document.createElement("div");
      document.querySelector("main").append(other);
      const end = this.player.render({ model: this.alone({ ...structuredClone(this.pristine), ...this.state() }), el: other });
      await frame();
      const fresh = this.seen(other.shadowRoot.querySelector(".player")), now = this.seen(this.root);
      end();
      other.remove();
      const odd = fresh.flatMap((line, n) => (line === now[n] ? [] : [`${line.slice(0, 200)} | ${now[n]?.slice(0, 200)}`]));
      const markup = [...this.root.querySelectorAll("b, img, script, iframe, a")].map((e) => e.outerHTML.slice(0, 100));
      return { odd, markup, lost: this.lost, alerted: Boolean(self.alerted), parts: fresh.length };
    }
  }

  self.abuses = [];
  self.abused = (player, alone, data, el = document.getElementById("player")) => self.abuses.push(new Abused(player, alone, data, el));
})();
