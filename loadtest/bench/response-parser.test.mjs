import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HttpLine } from './load/http-line.mjs';
import { ResponseParser } from './load/response-parser.mjs';

const answer = (body, head = '') =>
  Buffer.from(
    `HTTP/1.1 202 Accepted\r\nRetry-After: 3\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

describe('the response parser of the bench', () => {
  it('reads an answer whatever pieces it comes in', () => {
    const whole = answer('{"id":"인형"}', 'X-Other: content-length\r\n');
    for (let cut = 1; cut < whole.length; cut += 1) {
      const parser = new ResponseParser();
      expect(parser.push(whole.subarray(0, cut)), `cut at ${cut}`).to.equal(null);
      expect(parser.push(whole.subarray(cut))).to.deep.equal({
        status: 202,
        retryAfter: 3,
        body: '{"id":"인형"}',
      });
    }
  });

  it('reads one answer after the other on the same connection', () => {
    const parser = new ResponseParser();
    expect(parser.push(answer('first'))?.body).to.equal('first');
    expect(parser.push(answer(''))?.body).to.equal('');
    expect(parser.push(answer('third'))?.body).to.equal('third');
  });

  it('says so when it cannot tell where an answer ends', () => {
    const endless = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(() => new ResponseParser().push(endless)).to.throw(
      'without Content-Length: HTTP/1.1 200',
    );
  });

  it('reads what a real server answers, and tells when it hangs up', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/end') return response.destroy();
      const body = JSON.stringify({ at: request.url });
      response.writeHead(410, { 'Content-Length': body.length }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new HttpLine(`http://127.0.0.1:${server.address().port}`);
    const ask = (path) => line.ask(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`);
    try {
      expect(await ask('/a')).to.deep.equal({ status: 410, retryAfter: null, body: '{"at":"/a"}' });
      expect((await ask('/b')).body).to.equal('{"at":"/b"}');
      const failed = await ask('/end').catch((error) => error);
      expect(failed.message).to.equal('the connection was closed');
      expect((await ask('/c').catch((error) => error)).message).to.equal(
        'the connection was closed',
      );
    } finally {
      line.close();
      server.close();
    }
  });
});
