import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../bin/setup/places.mjs';

/**
 * @typedef {import('./defects.mjs').Defect} Defect
 */

/**
 * @param {Defect[]} defects
 * @returns {string[]} those whose text is not found exactly once, and why
 */
export function misfits(defects) {
  return defects.flatMap(({ name, file, find, replace }) => {
    if (find === replace) return [`${name} changes nothing`];
    const source = path.join(ROOT, file);
    if (!existsSync(source)) return [`${name}: there is no ${file}`];
    const found = readFileSync(source, 'utf8').split(find).length - 1;
    return found === 1 ? [] : [`${name}: ${found} places in ${file} read\n${find}`];
  });
}

/**
 * A copy of the checkout outside of it, built, in which a defect may be planted: whatever happens,
 * the checkout itself stays as it is.
 */
export class Sandbox {
  /** @param {string} directory */
  constructor(directory) {
    this.directory = directory;
  }

  /** What git knows or would know, what was built, and the packages by a link. */
  static create() {
    const directory = mkdtempSync(path.join(tmpdir(), 'dropgate-planted-'));
    const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const file of listed.split('\0').filter((name) => name && existsSync(at(ROOT, name)))) {
      mkdirSync(path.dirname(at(directory, file)), { recursive: true });
      copyFileSync(at(ROOT, file), at(directory, file));
    }
    cpSync(at(ROOT, 'dist'), at(directory, 'dist'), { recursive: true });
    symlinkSync(at(ROOT, 'node_modules'), at(directory, 'node_modules'), 'dir');
    return new Sandbox(directory);
  }

  /** @param {string} file below the checkout @returns {string} */
  path(file) {
    return at(this.directory, file);
  }

  /**
   * Plants a defect in the source; what was compiled from it has to be built anew.
   * @param {Defect} defect
   * @returns {() => void} puts the source, and what is built from it, back
   */
  plant({ file, find, replace }) {
    const kept = [file, ...builtFrom(file)].map((name) => ({
      name,
      text: readFileSync(this.path(name), 'utf8'),
    }));
    // By a function: a text may hold signs that mean something in a replacement.
    writeFileSync(
      this.path(file),
      kept[0].text.replace(find, () => replace),
    );
    return () => {
      for (const { name, text } of kept) writeFileSync(this.path(name), text);
    };
  }

  remove() {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** @param {string} directory @param {string} file */
function at(directory, file) {
  return path.join(directory, file);
}

/** @param {string} file @returns {string[]} */
function builtFrom(file) {
  if (!file.endsWith('.ts')) return [`dist/${file}`];
  const script = `dist/${file.replace(/\.ts$/, '.js')}`;
  return [script, `${script}.map`];
}
