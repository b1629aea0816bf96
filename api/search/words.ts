/**
 * How text becomes search words. Hangul is taken apart into its letters (NFD): then a syllable
 * that is only half typed is a prefix, and a wrong letter is one error, not a wrong syllable.
 */

/** Longest word that is indexed, in letters. */
const WORD_LIMIT = 60;

/** Letters and digits of any script; everything else separates words. */
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;

const HANGUL = /[\uac00-\ud7a3]/;

/** One spelling for search: no capitals, no width variants, no accents but the letters of Hangul. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * Final consonants (U+11A8–11C2) as the keys that were pressed for them: while 청소기 is typed, its
 * third key makes 청속 for a moment.
 */
const FINALS =
  'ᄀ ᄁ ᄀᄉ ᄂ ᄂᄌ ᄂᄒ ᄃ ᄅ ᄅᄀ ᄅᄆ ᄅᄇ ᄅᄉ ᄅᄐ ᄅᄑ ᄅᄒ ᄆ ᄇ ᄇᄉ ᄉ ᄊ ᄋ ᄌ ᄎ ᄏ ᄐ ᄑ ᄒ'.split(
    ' ',
  );

function spell(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[\u11a8-\u11c2]/g, (final) => FINALS[final.charCodeAt(0) - 0x11a8] ?? final)
    .slice(0, WORD_LIMIT);
}

/** The word with each two neighbouring letters swapped: the one typing error that counts as two. */
export function swapsOf(word: string): string[] {
  const letters = [...word];
  return letters.slice(1).map((letter, i) => {
    const swapped = [...letters];
    swapped[i + 1] = letters[i] as string;
    swapped[i] = letter;
    return swapped.join('');
  });
}

/** The words of a text, as the index and the queries spell them. */
export function wordsOf(text: string): string[] {
  return (fold(text).match(WORDS) ?? []).map(spell);
}

/**
 * The ends of Korean words, from each later syllable on: compounds are written without spaces, and
 * a prefix of an end is what stands in the middle (운동화 in 한정판운동화).
 */
export function endsOf(text: string): string[] {
  const ends: string[] = [];
  for (const word of fold(text).match(WORDS) ?? []) {
    if (!HANGUL.test(word)) continue;
    const syllables = [...word].slice(0, WORD_LIMIT);
    for (let from = 1; from < syllables.length - 1; from += 1) {
      ends.push(spell(syllables.slice(from).join('')));
    }
  }
  return ends;
}
