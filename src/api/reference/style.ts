/** The style of the reference: one column on a telephone, contents beside it on a screen. */
export const style = `
:root{color-scheme:light dark;--text:#1a1a1a;--back:#fff;--soft:#595959;--line:#d0d0d0;--code:#f2f2f2;--link:#0b57d0}
@media(prefers-color-scheme:dark){:root{--text:#eee;--back:#161616;--soft:#b0b0b0;--line:#444;--code:#2a2a2a;--link:#8ab4ff}}
*{box-sizing:border-box}
body{margin:0;padding:0 1rem 4rem;font:1rem/1.6 system-ui,sans-serif;color:var(--text);background:var(--back)}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-100vw;background:var(--back);padding:.5rem 1rem}
.skip:focus{left:1rem;top:1rem}
header,main{max-width:60rem}
code{background:var(--code);padding:.1em .3em;border-radius:.2em;overflow-wrap:anywhere}
pre{background:var(--code);padding:1rem;overflow:auto;max-height:30rem}
pre code{background:none;padding:0}
nav ul{list-style:none;margin:0;padding:0}
nav h2{font-size:1rem;margin:1rem 0 0}
article{border-top:1px solid var(--line);margin:2rem 0 0;padding:1rem 0 0}
h1,h2,h3,h4,h5{line-height:1.3;scroll-margin-top:1rem}
h4{margin:1.5rem 0 .5rem}
.call{font-size:1.1rem}
.method{font-weight:700}
.type,.key{color:var(--soft);font-weight:400}
.fields{margin:0;border-left:2px solid var(--line);padding-left:1rem}
.fields dt{margin-top:.6rem;overflow-wrap:anywhere}
.fields dd{margin:0}
.fields dd p{margin:.1rem 0}
summary{cursor:pointer;padding:.25rem 0;font-weight:600}
details{margin:1rem 0}
details ul{padding-left:1.2rem}
@media(min-width:64rem){body{display:grid;grid-template-columns:17rem minmax(0,1fr);gap:0 3rem;padding:0 2rem 4rem}
header{grid-column:1/-1}nav{position:sticky;top:0;max-height:100vh;overflow:auto;align-self:start;padding-bottom:2rem}}
`;
