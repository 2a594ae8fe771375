import { inlinePictures, renderMail, standalone } from '../../../../shared/report/mail/mail.ts';
import type { PublishedFile } from '../../../../shared/report/mail/files.ts';
import type { Summary } from '../../../../shared/report/summary.ts';
import { composeMime } from '../../../../shared/report/mail/mime.ts';
import { site, summary } from '../summaries.ts';

const FILES: PublishedFile[] = [
  { file: 'ingredients.csv', bytes: 123_456, attached: false },
  { file: 'forecast.xlsx', bytes: 45_678, attached: true },
];
const LOCATION = 's3://bucket/published/run-1/r1';

const render = (fields: Partial<Summary> = {}, files = FILES) => renderMail(summary(fields), files, LOCATION);

/** What a reader sees of the HTML. */
function seen(html: string): string {
  return html
    .replace(/<style>[^]*?<\/style>|<!--[^]*?-->|<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');
}

describe('the mail', () => {
  it('says the same as text and as HTML', () => {
    const { text, html } = render();
    for (const words of [
      '2 of 2 weeks forecast.',
      '7,158 boxes: 6,000 placed, 1,158 simulated',
      'Run run-1, revision 1. Data as of 23 Nov 2026, 08:00 UTC',
      'Compared with run run-0, revision 3',
      'Oakfield uses 94.9% of its caps',
      '1,234 of 1,300',
      '94.9%',
      '1,000 placed, 234 simulated',
      '+34 (+2.8%)',
      '2,345 boxes, no cap',
      'Carrot',
      '+310',
      '+31%',
      '1,000 → 1,310',
      'WMAPE_site 5.0%, WMAPE_global 3.0%.',
      'The gap of 2.0 points is work moved between factories',
      'forecast.xlsx',
      'attached',
      LOCATION,
    ]) {
      expect(text).toContain(words);
      expect(seen(html)).toContain(words);
    }
  });

  it('shows no number that is none', () => {
    const unknown = { cap: null, utilisation: null, previous_boxes: null, delta_boxes: null };
    const { text, html } = render({
      previous: null,
      wmape_site: null,
      wmape_global: null,
      top_changes: [],
      sites: [
        site('2026-W49', unknown),
        site('2026-W50', { cap: 0, boxes: 0, placed: 0, simulated: 0, utilisation: null }),
      ],
    });
    for (const part of [text, seen(html)]) {
      expect(part).not.toMatch(/null|undefined|NaN|Infinity|cap no cap/);
      expect(part).toContain('closed');
      expect(part).toContain('There is no earlier forecast of these weeks');
    }
  });

  it.each<[string, Partial<Summary>]>([
    ['Forecast 2026-W49 to 2026-W50: complete', {}],
    [
      'Forecast 2026-W49 to 2026-W50: 2026-W50 FAILED',
      { weeks: summary().weeks.map((week, at) => ({ ...week, status: at === 1 ? 'FAILED' : 'COMPLETE' })) },
    ],
    [
      'Forecast 2026-W49 to 2026-W50: FAILED',
      { status: 'FAILED', weeks: summary().weeks.map((week) => ({ ...week, status: 'FAILED' })) },
    ],
    [
      'Forecast 2026-W49, 2026-W52: complete',
      { weeks: [summary().weeks[0], { ...summary().weeks[1], menu_week: '2026-W52' }] },
    ],
    ['What-if forecast “ten more” 2026-W49 to 2026-W50: complete', { kind: 'what-if', label: 'ten\r\nmore' }],
  ])('its subject is: %s', (subject, fields) => {
    expect(render(fields).subject).toBe(subject);
  });

  it('says why a week failed', () => {
    const failure = { error: 'InputRefused', message: 'caps.csv:7: expected a number' };
    const weeks = summary().weeks.map((week) => ({ ...week, status: 'FAILED' as const, failure }));
    const { text, html } = render({ weeks });
    expect(text).toContain('InputRefused: caps.csv:7: expected a number');
    expect(seen(html)).toContain('InputRefused: caps.csv:7: expected a number');
  });

  it('says what a correction corrects, who asked for it and why', () => {
    const { subject, text, html } = render({
      revision: 3,
      correction: { id: 'x', by: 'Ada', reason: 'a cap was wrong', at: '2026-11-23T09:00:00Z' },
      corrects: {
        revision: 2,
        weeks: ['2026-W50'],
        top_changes: [{ ...summary().top_changes[0], name: 'Leek', delta: -77, p50: 923 }],
      },
    });
    expect(subject).toContain('(correction)');
    for (const part of [text, seen(html)]) {
      expect(part).toContain('revision 3 replaces revision 2');
      expect(part).toContain('asked for by Ada: a cap was wrong');
      expect(part).toContain('Forecast again: 2026-W50.');
      expect(part).toContain('Leek');
      expect(part).toContain('−77');
    }
  });

  it('shows the worst alerts, not a hundred alike, and says how many it leaves out', () => {
    const alike = Array.from({ length: 100 }, (_, at) => ({
      severity: 'warning' as const,
      kind: 'sku_change' as const,
      menu_week: '2026-W49',
      message: `SKU ${at}`,
    }));
    const late = { severity: 'warning' as const, kind: 'input' as const, menu_week: '2026-W49', message: 'late' };
    const { text } = render({ alerts: [...alike, late] });
    expect(text).toContain('SKU 0');
    expect(text).toContain('late');
    const shown = text.match(/^\* WARNING/gm) ?? [];
    expect(shown.length).toBeLessThanOrEqual(20);
    expect(text).toContain(`and ${101 - shown.length} more`);
  });

  it('fetches nothing, runs nothing, and every picture comes along and has words', () => {
    const mail = render();
    expect(mail.html).not.toMatch(/<(script|link|iframe|object|form)\b|url\(|@import|\son\w+=/i);
    const images = mail.html.match(/<img\b[^>]*>/g) ?? [];
    expect(images.length).toBeGreaterThan(0);
    const ids = inlinePictures(mail).map(({ contentId }) => contentId);
    for (const image of images) {
      expect(ids).toContain(/src="cid:([^"]+)"/.exec(image)?.[1]);
      expect(image).toMatch(/alt="[^"]{10,}"/);
    }
    for (const { body } of inlinePictures(mail)) {
      expect(Buffer.from(body.subarray(0, 8)).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    }
    expect(standalone(mail)).not.toContain('cid:');
  });

  it('is not cut off by clients that stop at 100 kB, however many weeks and factories', () => {
    const weeks = Array.from({ length: 40 }, (_, at) => ({
      ...summary().weeks[0],
      menu_week: `2027-W${String(at + 1).padStart(2, '0')}`,
    }));
    const name = 'A factory with a name that is rather long';
    const sites = weeks.flatMap(({ menu_week }) =>
      Array.from({ length: 20 }, (_, at) => site(menu_week, { factory: `F${at}`, name: `${name} ${at}` })),
    );
    const top_changes = Array.from({ length: 20 }, () => summary().top_changes[0]);
    const alerts = Array.from({ length: 40 }, () => ({ ...summary().alerts[0], message: 'x'.repeat(500) }));
    const { html, text } = render({ weeks, sites, top_changes, alerts });
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(text).toMatch(/\d+ more weeks in utilisation\.csv/);
  });

  it.each([
    '=HYPERLINK("http://evil.example","x")',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    'Oak\r\nBcc: all@example.com\r\n\r\n<b>',
    'Größe 🥕👩‍🌾 家',
    'x'.repeat(300),
    '\u202egnp.exe\u0000\u2028',
  ])('keeps a name such as %j harmless', async (name) => {
    const change = { ...summary().top_changes[0], name, sku: name, unit: name };
    const mail = render({
      kind: 'what-if',
      label: name,
      sites: [site('2026-W49', { name }), site('2026-W50', { name })],
      top_changes: [change],
      alerts: [{ ...summary().alerts[0], message: `${name} is full` }],
      correction: { id: 'x', by: name, reason: name, at: '2026-11-23T09:00:00Z' },
    });
    expect(mail.html).not.toMatch(/<script|<b>|<img src=x|javascript:/);
    for (const part of [mail.subject, mail.text, mail.html]) {
      expect(part.replace(/\n/g, '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    }
    expect(mail.subject.length).toBeLessThan(160);
    const mime = (
      await composeMime({
        runId: 'run-1',
        revision: 1,
        from: 'larder@example.com',
        to: ['a@example.com', 'b@example.com'],
        replyTo: 'planning@example.com',
        ...mail,
      })
    ).toString('latin1');
    const head = mime.slice(0, mime.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
    const names = head.split('\r\n').map((line) => line.slice(0, line.indexOf(':')));
    expect(names.sort()).toEqual(
      ['Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Reply-To', 'Subject', 'To'].sort(),
    );
    expect(mime.split('\r\n').every((line) => line.length <= 998)).toBe(true);
  });

  it('links files that are too large, and says so', () => {
    const { text, html } = render({}, [{ file: 'forecast.xlsx', bytes: 12_345_678, attached: false }]);
    for (const part of [text, seen(html)]) {
      expect(part).toContain('forecast.xlsx (12.3 MB) is too large for a mail');
    }
    const link = 'https://console.aws.amazon.com/s3/object/bucket?prefix=published%2Frun-1%2Fr1%2Fforecast.xlsx';
    expect(text).toContain(link);
    expect(html).toContain(`href="${link}"`);
  });
});
