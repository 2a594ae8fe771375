/** The mail to the Planning team: read in half a minute, the same as text and as HTML, with no remote content. */
import type { MailAttachment } from '../../pipeline/ports.ts';
import { alerts } from './alerts.ts';
import { topChanges } from './changes.ts';
import { days, type Picture } from './days.ts';
import { factories } from './factories.ts';
import { files, type PublishedFile } from './files.ts';
import { head } from './head.ts';
import { html, type Markup } from './markup.ts';
import { DARK_MODE, STYLE } from './section.ts';
import { preheaderOf, subjectOf } from './subject.ts';
import { stability } from './stability.ts';
import type { Summary } from '../summary.ts';

export interface MailBody {
  readonly subject: string;
  readonly text: string;
  /** Shows its pictures as `cid:`, from the attachments. */
  readonly html: string;
  readonly pictures: readonly Picture[];
}

/**
 * @param published the revision's files
 * @param location their folder, or their `s3://` prefix
 */
export function renderMail(summary: Summary, published: readonly PublishedFile[], location: string): MailBody {
  const daily = days(summary);
  const sections = [
    head(summary),
    alerts(summary),
    factories(summary),
    daily,
    topChanges(summary),
    stability(summary),
    files(summary, published, location),
  ];
  const text = sections.filter((section) => section.text.length > 0).map((section) => section.text.join('\n'));
  const subject = subjectOf(summary);
  return {
    subject,
    text: `${text.join('\n\n')}\n`,
    html: page(
      subject,
      preheaderOf(summary),
      sections.map((section) => section.html),
    ),
    pictures: daily.pictures,
  };
}

/** The pictures as parts of the mail. */
export function inlinePictures({ pictures }: MailBody): MailAttachment[] {
  return pictures.map(({ contentId, png }, at) => ({
    filename: `boxes-${at + 1}.png`,
    contentType: 'image/png',
    body: png,
    contentId,
  }));
}

/** The mail's HTML as a file that needs no other. */
export function standalone({ html: page, pictures }: MailBody): string {
  return pictures.reduce(
    (text, { contentId, png }) =>
      text.replaceAll(`"cid:${contentId}"`, `"data:image/png;base64,${png.toString('base64')}"`),
    page,
  );
}

/** Outlook knows no max-width: it gets a table of 640 pixels around. */
function page(subject: string, preheader: string, sections: readonly Markup[]): string {
  const body = html`<body
    class="page"
    style="margin:0;padding:0;background:#f4f5f7;-webkit-text-size-adjust:100%"
  >
    <div style="display:none;max-height:0;overflow:hidden;opacity:0">${preheader}</div>
    <!--[if mso]><table role="presentation" align="center" width="640"><tr><td><![endif]-->
    <div
      class="card ink"
      role="article"
      lang="en"
      style="max-width:600px;margin:0 auto;padding:22px 24px;background:#ffffff;${STYLE.font};font-size:15px;line-height:21px;${STYLE.ink}"
    >
      ${sections}
    </div>
    <!--[if mso]></td></tr></table><![endif]-->
  </body>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
${html`<title>${subject}</title>`.html}
<style>${DARK_MODE}</style></head>
${tight(body.html)}
</html>
`;
}

/** The indentation of the source is a quarter of the bytes. */
function tight(text: string): string {
  return text.replace(/\s*\n\s*/g, '\n');
}
