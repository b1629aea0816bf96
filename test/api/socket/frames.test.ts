import { expect } from 'chai';
import * as ws from 'ws';
import { messageOf, textFrame } from '../../../api/socket/frames.js';

/** Not in its types. */
const { Sender } = ws as unknown as {
  readonly Sender: { frame(data: Buffer, options: object): Buffer[] };
};

/** What `ws` itself would send for the text. */
function framedByLibrary(text: string): Buffer {
  const options = { fin: true, opcode: 1, mask: false, readOnly: false, rsv1: false };
  return Buffer.concat(Sender.frame(Buffer.from(text), options));
}

describe('A frame in one piece', () => {
  it('is byte by byte what ws sends, whatever the length and the letters', () => {
    for (const length of [0, 1, 125, 126, 127, 255, 256, 65_534, 65_535]) {
      const text = 'x'.repeat(length);
      expect(textFrame(text)?.equals(framedByLibrary(text)), String(length)).to.equal(true);
    }
    for (const text of ['백자 찻잔', 'é', '😀', '찻'.repeat(41), '찻'.repeat(42), '4["é"]']) {
      expect(textFrame(text)?.equals(framedByLibrary(text)), text).to.equal(true);
    }
  });

  it('is left to ws beyond 64 KiB, by its bytes and not its letters', () => {
    expect(textFrame('x'.repeat(65_536))).to.equal(null);
    expect(textFrame('찻'.repeat(21_846))).to.equal(null);
  });

  it('holds an event as Socket.IO writes it', () => {
    const { text, frame } = messageOf('stock', { productId: 'p1', available: 3 });
    expect(text).to.equal('2["stock",{"productId":"p1","available":3}]');
    expect(frame?.equals(framedByLibrary(`4${text}`))).to.equal(true);
  });
});
