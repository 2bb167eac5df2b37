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
:root { color-scheme: light dark; --ink: #1a1f36; --paper: #f6f8fa; --card: #fff; --line: #dfe3e8; --accent: #4b45c6; --dim: #5a6275 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ef; --paper: #12141c; --card: #1c1f2b; --line: #333848; --accent: #a8a4ff; --dim: #a5adbf } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 72rem; padding: 2rem 1rem }
main { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.5rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--dim); font-weight: 600 } td.amount { text-align: right; font-variant-numeric: tabular-nums } code { font-size: .9em; overflow-wrap: anywhere } td, td code { white-space: nowrap } td:last-child { white-space: normal }
.scroll { overflow-x: auto } .dim { color: var(--dim) }
button { font: inherit; margin: 0 .5rem .5rem 0; padding: .6rem 1.2rem; border-radius: 6px; border: 1px solid var(--accent); background: var(--accent); color: var(--card); cursor: pointer }
button.secondary { background: transparent; color: var(--accent) } button:focus-visible, a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) }`;

/** A whole page; `content` is HTML whose texts have been escaped. */
export const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} · Stripe simulator</title><style>${style}</style></head><body><main>${content}</main></body></html>`;
