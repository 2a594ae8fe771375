/** zod's small build, with its English messages: it has none by itself. */
import en from 'zod/v4/locales/en.cjs';
import * as z from 'zod/mini';

z.config(en());

export { z };
