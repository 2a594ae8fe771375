/**
 * The monitor's HTTP server: loopback only, the page and its data from the same origin, everything else
 * refused. A page of another site must not read it (Host and Origin are checked) nor have it do anything.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api, ApiError } from './api.ts';
import { bundlePage, type Bundle } from './page-bundle.ts';
import type { MonitorSource } from '../sources/source.ts';

/** How the monitor is started. */
export interface MonitorOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly allowReplay: boolean;
}

/** A monitor that is running. */
export interface Monitor {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 256 * 1024;
/** No form and no plain cross-site request can carry it. */
const OWN_HEADER = 'x-larder-monitor';

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

const DOCUMENT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Larder</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body><div id="page"><noscript>The monitor needs JavaScript. On the command line: larder status</noscript></div></body>
</html>
`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3.5" fill="#1d5c4a"/><path d="M4 4.2h8M4 8h5.6M4 11.8h3.4" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/></svg>`;

/** Serves the page over `source`, and closes the source with itself. @throws Error where the port is taken */
export async function startMonitor(source: MonitorSource, options: MonitorOptions): Promise<Monitor> {
  const api = new Api(source, options.allowReplay);
  let bundle: Promise<Bundle> | undefined;
  const site = { api, bundle: () => (bundle ??= bundlePage()) };
  const server = createServer((request, response) => {
    void answer(site, server, request).then(
      (reply) => send(request, response, reply),
      (error: unknown) => send(request, response, replyTo(error)),
    );
  });
  server.listen(options.port, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${portOf(server)}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await source.close();
    },
  };
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

interface Site {
  readonly api: Api;
  readonly bundle: () => Promise<Bundle>;
}

async function answer(site: Site, server: Server, request: IncomingMessage): Promise<Reply> {
  const host = request.headers.host ?? '';
  const origins = [`${HOST}:${portOf(server)}`, `localhost:${portOf(server)}`];
  // A name that another site had resolve to this address is not ours.
  if (!origins.includes(host)) throw new ApiError(421, 'This server answers only to its loopback address.');
  const url = new URL(request.url ?? '/', `http://${host}`);
  const path = url.pathname.split('/').filter(Boolean).map(decoded);
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return path[0] === 'api' ? json(await site.api.get(path.slice(1), url.searchParams)) : await page(site, path);
    case 'POST':
      return json(await post(site, request, path, `http://${host}`));
    default:
      throw new ApiError(405, 'Only GET and POST are answered.');
  }
}

async function page(site: Site, path: readonly string[]): Promise<Reply> {
  if (path.length === 0 || path[0] === 'runs') return reply('text/html; charset=utf-8', DOCUMENT);
  switch (path.join('/')) {
    case 'page.js':
      return reply('text/javascript; charset=utf-8', (await site.bundle()).script);
    case 'page.css':
      return reply('text/css; charset=utf-8', (await site.bundle()).style);
    case 'icon.svg':
      return reply('image/svg+xml', ICON);
    default:
      throw new ApiError(404, 'There is nothing here.');
  }
}

async function post(
  { api }: Site,
  request: IncomingMessage,
  path: readonly string[],
  origin: string,
): Promise<unknown> {
  const { headers } = request;
  const isOwn =
    headers.origin === origin &&
    headers[OWN_HEADER] === '1' &&
    (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin' &&
    headers['content-type'] === 'application/json';
  if (!isOwn) throw new ApiError(403, 'Only the page itself may ask for that.');
  const [root, collection, run, action] = path;
  if (root !== 'api' || collection !== 'runs' || action !== 'replay' || path.length !== 4)
    throw new ApiError(404, 'There is nothing here.');
  return api.replay(run, await bodyOf(request));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new ApiError(413, 'That is too much.');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    throw new ApiError(400, 'That is no JSON.');
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: Reply): void {
  // The page asks every second; what it has already is not sent again.
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const isKnown = status === 200 && request.headers['if-none-match'] === etag;
  response.writeHead(isKnown ? 304 : status, {
    ...HEADERS,
    'content-type': type,
    'cache-control': 'no-cache',
    etag,
  });
  response.end(isKnown || request.method === 'HEAD' ? undefined : body);
}

function replyTo(error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error);
  return { ...json({ error: message }), status: error instanceof ApiError ? error.status : 500 };
}

const reply = (type: string, body: string | Uint8Array): Reply => ({ status: 200, type, body });
const json = (value: unknown) => reply('application/json; charset=utf-8', JSON.stringify(value));

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, 'That is no address.');
  }
}
