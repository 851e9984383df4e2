// node tokens.mjs FILE...: the tokens of each file, as VS Code would colour it: a JSON line of [line, words, scopes] each.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);
const grammarFile = new URL("../syntaxes/protocol.tmLanguage.json", import.meta.url);

const wasm = await readFile(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (words) => new oniguruma.OnigString(words),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(await readFile(grammarFile, "utf8"), grammarFile.pathname),
});
const grammar = await registry.loadGrammar("source.protocol-dsl");

for (const file of process.argv.slice(2)) {
  const found = [];
  let state = textmate.INITIAL;
  for (const [number, line] of (await readFile(file, "utf8")).split(/\r?\n/).entries()) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of tokens) {
      found.push([number + 1, line.slice(startIndex, endIndex), scopes.slice(1)]);
    }
    state = ruleStack;
  }
  console.log(JSON.stringify(found));
}
