/**
 * zod's small build, with its English messages: it has none by itself. Imported as a namespace
 * (`import * as z`), of which a bundle keeps only what is used.
 */
import { en } from 'zod/locales';
import { config } from 'zod/mini';

export * from 'zod/mini';

config(en());
