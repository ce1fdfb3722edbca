// The player with all its features. Python joins this file and what it imports into one module (seqlib/player.py), so
// names at the top of a file are unique in all of them, and an import is one line.
//
// A feature is a function of the player, called once when the player is made and nothing is drawn yet. See player.js for
// what a player offers. What a feature needs of a scene stands in the scene's `extras`, under the feature's name.
import { Player } from "./player.js";
import { controls } from "./controls.js";
import { frame } from "./frame.js";
import { hearing } from "./hearing.js";
import { help } from "./help.js";
import { large } from "./large.js";
import { lost } from "./lost.js";
import { moving } from "./moving.js";
import { notebook } from "./notebook.js";
import { numbers } from "./numbers.js";
import { levels, opening } from "./opening.js";
import { predict } from "./predict.js";
import { sketch } from "./sketch.js";
import { sound } from "./sound.js";
import { tips } from "./tips.js";
import { updates } from "./updates.js";

// Levels come first: the others take the level that is shown for the scene. The rest in the order of the buttons; the
// table and the list of keys tell what the others have made. Escape leaves a level before it leaves the large view.
const FEATURES = [
  levels, controls, predict, updates, sound, tips, frame, moving, notebook, numbers, help, large, opening, lost, hearing,
]; // prettier-ignore
const SKETCH = [sketch, frame, notebook, help, large, lost, hearing]; // nothing to step through

function render({ model, el }) {
  const player = new Player(model, el);
  for (const feature of model.get("extras")?.sketch ? SKETCH : FEATURES) feature(player);
  player.start();
  return () => player.end();
}

export default { render };
