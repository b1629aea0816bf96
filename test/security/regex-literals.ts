/** After one of these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX =
  /(^|[(,=:[!&|?{};+\-*%~^<>])$|(^|[^\w$.])(return|typeof|case|in|of|do|else|yield|await)$/;

/** Reads TypeScript just far enough to tell regular expressions from strings, comments, division. */
class Scanner {
  readonly found: string[] = [];
  readonly #text: string;
  #at = 0;
  /** The code so far, without blanks and comments: its end tells what a slash means. */
  #code = '';

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads up to the brace that closes what is being read, or to the end. */
  scan(): void {
    for (let depth = 0; this.#at < this.#text.length; ) {
      const one = this.#text[this.#at] as string;
      const two = this.#text.slice(this.#at, this.#at + 2);
      if (one === '{') depth += 1;
      if (one === '}' && depth-- === 0) return;
      if (two === '//') this.#skipTo('\n');
      else if (two === '/*') this.#skipTo('*/');
      else if (one === '"' || one === "'") this.#string(one);
      else if (one === '`') this.#template();
      else if (one === '/' && BEFORE_REGEX.test(this.#code.trimEnd().slice(-12))) this.#regex();
      else this.#take(one);
    }
  }

  #take(text: string): void {
    this.#code = `${this.#code}${text}`.slice(-40);
    this.#at += text.length;
  }

  #skipTo(end: string): void {
    const found = this.#text.indexOf(end, this.#at + 2);
    this.#at = found === -1 ? this.#text.length : found + end.length;
  }

  #string(quote: string): void {
    for (this.#at += 1; this.#text[this.#at] !== quote; this.#at += 1) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
    }
    this.#take('"');
  }

  #template(): void {
    for (this.#at += 1; this.#text[this.#at] !== '`'; this.#at += 1) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
      else if (this.#text.startsWith('${', this.#at)) {
        this.#at += 2;
        this.#code = '';
        this.scan();
      }
    }
    this.#take('"');
  }

  #regex(): void {
    const start = this.#at;
    for (let inClass = false; ; ) {
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
      const one = this.#text[this.#at];
      if (one === undefined || one === '\n')
        throw new Error(`no regex: ${this.#text.slice(start, this.#at)}`);
      if (one === '[') inClass = true;
      if (one === ']') inClass = false;
      if (one === '/' && !inClass) break;
    }
    this.#at += 1;
    while (/[a-z]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    this.found.push(this.#text.slice(start, this.#at));
    this.#code = '"';
  }
}

/** Every regular expression that is written down in a source. */
export function regexLiterals(source: string): string[] {
  const scanner = new Scanner(source);
  scanner.scan();
  return scanner.found;
}

/** The expression that a literal stands for. */
export function compile(literal: string): RegExp {
  const end = literal.lastIndexOf('/');
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
}
