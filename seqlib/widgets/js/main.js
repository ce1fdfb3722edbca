// The player with all its features. Python joins this file and what it imports into one module (seqlib/draw/page.py), so
// names at the top of a file are unique in all of them, and an import is one line.
//
// A feature is a function of the player, called once when the player is made and nothing is drawn yet. See player.js for
// what a player offers. What a feature needs of a scene stands in the scene's `extras`, under the feature's name.
import { Player } from "./player.js";
import { controls } from "./controls.js";
import { moving } from "./moving.js";
import { opening } from "./opening.js";
import { tips } from "./tips.js";

// The first: the others take what it opens for the scene.
const FEATURES = [opening, controls, tips, moving];

function render({ model, el }) {
  const player = new Player(model, el);
  for (const feature of FEATURES) feature(player);
  player.start();
  return () => player.end();
}

export default { render };
