// How a person, or the app, is shown: the avatar and the clock.

import { icon } from "./marks.js";

function initials(name) {
  const parts = name.trim().split(/\s+/);
  return ([...parts[0]][0] + (parts.length > 1 ? [...parts.at(-1)][0] : "")).toUpperCase();
}

export function paint(avatar, person, app = false) {
  let hash = 0;
  for (const letter of person.id || person.name) hash = (hash * 31 + letter.codePointAt(0)) % 360;
  avatar.replaceChildren(app ? icon("app") : initials(person.name));
  avatar.style.setProperty("--hue", hash);
  avatar.classList.toggle("app", app);
  return avatar;
}

export function clock(tz) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: tz, weekday: "short", hour: "2-digit", minute: "2-digit" }).format(new Date());
  } catch {
    return tz;
  }
}
