// exact_match as zopo scores it: take the answer out of the reply, normalise both sides, compare.
const steps = @STEPS@, extract = @EXTRACT@;
const is = (c, kind) => c !== undefined && kind.test(c);
const punctuation = /[\p{P}$+<=>^`|~\u2212]/u, word = /[\p{L}\p{M}\p{N}_]/u, digit = /[0-9]/, currency = /\p{Sc}/u;
const thousands = (p, i) => {
  let lead = 0, tail = 0;
  while (lead < 4 && is(p[i - 1 - lead], digit)) ++lead;
  while (tail < 4 && is(p[i + 1 + tail], digit)) ++tail;
  return lead >= 1 && lead <= 3 && tail === 3;
};
const minus = (p, i) => {
  if ((p[i] !== '-' && p[i] !== '\u2212') || is(p[i - 1], word)) return false;
  const n = is(p[i + 1], currency) ? i + 2 : i + 1;
  return is(p[n], digit) || (p[n] === '.' && is(p[n + 1], digit));
};
const numeric = (p, i) => {
  if (minus(p, i)) return true;
  if (!is(p[i + 1], digit) || (p[i] === ',' && thousands(p, i))) return false;
  return is(p[i - 1], digit) || (p[i] === '.' && !is(p[i - 1], word) && p[i - 1] !== '.');
};
const symbols = (text) =>
  text.trim().replace(/^[#>=-]+(?=[ \t].)/s, '').replace(/(^|[ \t\n(])\+(?=[0-9.])/g, '$1').replace(/[^+#<>=^]/g, '');
const normal = (text, least = false) => {
  if (steps.includes('nfc') || steps.includes('case')) text = text.normalize('NFC');
  if (steps.includes('case')) text = text.toLowerCase();
  if (!least && steps.includes('punctuation')) {
    const p = [...text];
    text = p.map((c, i) => (!is(c, punctuation) ? c : numeric(p, i) ? (c === '\u2212' ? '-' : c) : '')).join('');
  }
  if (!least && steps.includes('articles'))
    text = text.replace(/(?<![\p{L}\p{M}\p{N}_])(a|an|the)(?![\p{L}\p{M}\p{N}_])/giu, ' ');
  return steps.includes('whitespace') ? text.replace(/[\s\x1c-\x1f\x85]+/g, ' ').trim() : text;
};
let answer = typeof output === 'string' ? output : JSON.stringify(output);
for (const [name, argument, flags] of extract) {
  if (name === 'first_line') answer = answer.trim().split('\n')[0].trim();
  if (name === 'last_line') answer = answer.trim().split('\n').pop().trim();
  if (name === 'after')
    answer = answer.includes(argument) ? answer.slice(answer.lastIndexOf(argument) + argument.length).trim() : '';
  if (name === 'regex') {
    const found = new RegExp(argument, flags).exec(answer);
    answer = found ? found[found.length > 1 ? 1 : 0] || '' : '';
  }
}
return JSON.parse(context.vars.zopo_expected).some((expected) => {
  if (symbols(answer) !== symbols(expected)) return false;
  const vanishes = normal(expected) === '' && expected.trim() !== '';
  return normal(answer, vanishes) === normal(expected, vanishes);
});
