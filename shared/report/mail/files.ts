/** Where the numbers lie, and which of the files came along. */
import type { Summary } from '../summary.ts';
import { html, type Markup } from './markup.ts';
import { note, STYLE, title, type Section } from './section.ts';
import { plain, size } from './wording.ts';

/** A file of the revision. */
export interface PublishedFile {
  readonly file: string;
  readonly bytes: number;
  readonly attached: boolean;
}

const ABOUT: Readonly<Record<string, string>> = {
  'forecast.xlsx': 'everything, as a workbook',
  'ingredients.csv': 'packs per factory, day and SKU',
  'products.csv': 'units per factory, day and product',
  'recipes.csv': 'boxes that hold each recipe',
  'utilisation.csv': 'boxes against caps',
  'changes.csv': 'what changed since the last forecast',
};

/** @param location the revision's folder, or its `s3://` prefix */
export function files(summary: Summary, published: readonly PublishedFile[], location: string): Section {
  const listed = published.filter(({ file }) => file in ABOUT);
  const tooLarge = listed.filter(({ file, attached }) => file === 'forecast.xlsx' && !attached);
  const notes = tooLarge.map(
    ({ file, bytes }) => `${file} (${size(bytes)}) is too large for a mail, so it is linked, not attached.`,
  );
  const folder = `All files: ${plain(location, 400)}`;
  if (summary.status === 'FAILED') {
    const words = `No files were published; what is known lies in ${plain(location, 400)}`;
    return { html: html`${title('Files')}${note(words)}`, text: ['FILES', words] };
  }
  return {
    html: html`${title('Files')}${listed.map((file) => line(file, location))}${notes.map(note)}${note(folder)}`,
    text: [
      'FILES',
      ...listed.map((item) => {
        const link = linkTo(location, item.file);
        return `* ${item.file} (${aboutOf(item)})${link === undefined ? '' : `\n  ${link}`}`;
      }),
      ...notes,
      folder,
    ],
  };
}

function aboutOf({ file, bytes, attached }: PublishedFile): string {
  return [ABOUT[file], size(bytes), ...(attached ? ['attached'] : [])].join(', ');
}

function line(item: PublishedFile, location: string): Markup {
  const link = linkTo(location, item.file);
  const name =
    link === undefined
      ? html`<strong>${item.file}</strong>`
      : html`<a class="link" href="${link}" style="color:#1f6f5c">${item.file}</a>`;
  return html`<p class="ink" style="margin:4px 0 0;${STYLE.ink}">
    ${name} <span class="muted" style="${STYLE.muted}">${aboutOf(item)}</span>
  </p>`;
}

/** The object's page in the S3 console, which asks who is there: the files are not public. */
function linkTo(location: string, file: string): string | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(location);
  if (!match) return undefined;
  const key = encodeURIComponent(`${match[2]}/${file}`);
  return `https://console.aws.amazon.com/s3/object/${encodeURIComponent(match[1])}?prefix=${key}`;
}
