import { hash } from 'node:crypto';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

const style = `
:root { color-scheme: light dark; --ink: #1a1f36; --paper: #f4f6fa; --card: #fff; --line: #dde2ea; --accent: #4b45c6; --on-accent: #fff; --dim: #565f73; --soft: #eef0fb; --warn: #8a4b00; --warn-soft: #fff4e0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ef; --paper: #12141c; --card: #1b1e29; --line: #333848; --accent: #aaa6ff; --on-accent: #14162b; --dim: #a5adbf; --soft: #262a3d; --warn: #ffc46b; --warn-soft: #33291a } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 0 0 .75rem } h3 { font-size: .95rem; margin: 1rem 0 .5rem }
section, .panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem; margin: 1rem 0 }
p { margin: .25rem 0 .75rem } .dim { color: var(--dim) } a { color: var(--accent) }
code { font: .87em ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere } .pick { user-select: all }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; padding: 0; list-style: none }
.tiles li { flex: 1 1 9rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: .75rem 1rem; color: var(--dim) }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.3; color: var(--ink); font-variant-numeric: tabular-nums }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--dim); font-weight: 600; font-size: .87em } tbody tr:last-child td { border-bottom: 0 } td.short { white-space: nowrap } td.amount, th.amount { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.badge { display: inline-block; border-radius: 99px; padding: .05rem .6rem; background: var(--soft); font-size: .87em; white-space: nowrap } td > .badge { justify-self: start } .badge.waiting { background: var(--warn-soft); color: var(--warn) }
button { font: inherit; min-height: 2.6rem; padding: .45rem 1rem; border-radius: 8px; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer }
button.secondary { background: transparent; color: var(--accent) } button:hover { filter: brightness(1.08) } button.secondary:hover { background: var(--soft) }
.buttons { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem } .buttons button { text-align: left; padding: .6rem .9rem; align-content: start } .buttons small { display: block; color: var(--dim) }
label { display: inline-flex; align-items: center; gap: .5rem; flex-wrap: wrap } input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--dim); border-radius: 8px; padding: .35rem .6rem; width: 6rem; min-height: 2.4rem }
.active { list-style: none; padding: 0; margin: 0 0 .75rem } .active li { background: var(--warn-soft); border-radius: 8px; padding: .5rem .8rem; margin: .4rem 0 }
summary { cursor: pointer; color: var(--accent); padding: .5rem 0 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1 }
@media (max-width: 640px) {
  body { padding: 1rem .75rem 3rem } section, .panel { padding: 1rem } .tiles li { flex-basis: 6rem }
  table, tbody, tr, td { display: block } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tbody tr { border: 1px solid var(--line); border-radius: 10px; padding: .5rem .8rem; margin: .6rem 0 } tbody td { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .5rem; border: 0; padding: .2rem 0 } tbody td:empty { display: none }
  td::before { content: attr(data-label); color: var(--dim); font-size: .87em } td.amount { text-align: left } td.short { white-space: normal }
  .buttons { grid-template-columns: 1fr }
}`;

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%234b45c6'/%3E%3Cpath d='M4 10.5h8M4 6.5h8' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E";

/** The pages run no scripts, load nothing, and are styled by this one sheet. A merchant's page may follow a form's redirect, wherever it is. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  'img-src data:',
  "form-action 'self' http: https:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole page; `content` is HTML whose texts have been escaped. */
export const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} · Stripe simulator</title><link rel="icon" href="${icon}"><style>${style}</style></head><body>${content}</body></html>`;

/** A page with one panel. */
export const smallPage = (title: string, content: string): string =>
  page(title, `<main class="panel">${content}</main>`);
