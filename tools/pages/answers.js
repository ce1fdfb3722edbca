// What a reader has answered, in this browser and nowhere else: {lesson: {cell: {first, opened, guesses}}}, one entry of the
// browser's storage a lesson. Both languages share it. A browser that keeps nothing forgets it with the page.
const answers = {
  memory: {},
  name: (lesson) => `seqlib-answers/${lesson}`,
  of(lesson) {
    try {
      return JSON.parse(localStorage.getItem(this.name(lesson))) ?? {};
    } catch {
      return this.memory[lesson] ?? {};
    }
  },
  keep(lesson, cell, changes) {
    const all = this.of(lesson);
    all[cell] = { ...all[cell], ...changes };
    this.memory[lesson] = all;
    try {
      localStorage.setItem(this.name(lesson), JSON.stringify(all));
    } catch {} // private windows, a full disk
  },
  forget(lesson) {
    delete this.memory[lesson];
    try {
      localStorage.removeItem(this.name(lesson));
    } catch {}
  },
};
