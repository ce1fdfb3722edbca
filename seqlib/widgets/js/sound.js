// A sound that plays in step with the picture: where it is says which step is shown, and a step leads it to its place.
//
// The scene's extras.sound has   address   of the sound, a data URI: nothing is fetched
//                                seconds   from one step to the next
//                                mute      a button's label
import { setIcon } from "./dom.js";

const LOUD = "M3 8h3l4-4v12l-4-4H3zM12 7a4 4 0 0 1 0 6v-2a2 2 0 0 0 0-2zM12 3.5a7 7 0 0 1 0 13v-2a5 5 0 0 0 0-9z";
const STILL = "M3 8h3l4-4v12l-4-4H3zM12 8l1-1 2 2 2-2 1 1-2 2 2 2-1 1-2-2-2 2-1-1 2-2z";

export function sound(player) {
  const given = player.model.get("extras")?.sound;
  if (!given) return;
  const { address, seconds, mute } = given;
  const audio = new Audio(address);
  let at = 0; // seconds: where the clock is, also where no sound can be played

  player.play = () => {
    if (player.present() === player.steps()) player.go(1);
    at = (player.present() - 1) * seconds;
    audio.currentTime = at;
    audio.playbackRate = player.speed;
    audio.play().catch(() => {}); // without a sound the clock goes on by itself
    let before = performance.now();
    player.timer = setInterval(() => {
      const now = performance.now();
      at = audio.paused || audio.ended ? at + ((now - before) / 1000) * player.speed : audio.currentTime;
      before = now;
      const t = Math.min(Math.floor(at / seconds + 1e-6) + 1, player.steps());
      if (t !== player.present()) player.go(t);
      if (t === player.steps() || !player.root.isConnected) player.pause(); // a closed notebook is silent
    }, 1000 * seconds);
    player.tell("clock", true);
  };
  player.on("clock", (playing) => playing || audio.pause());
  player.on("draw", (t) => {
    if (!player.timer) audio.currentTime = (t - 1) * seconds;
  });
  player.on("end", () => {
    audio.pause();
    audio.removeAttribute("src");
  });

  const button = player.addButton("mute", LOUD, mute, () => {
    audio.muted = !audio.muted;
    button.setAttribute("aria-pressed", audio.muted);
    setIcon(button, audio.muted ? STILL : LOUD, player.withKey(mute, "s"));
  }, "s"); // prettier-ignore
}
