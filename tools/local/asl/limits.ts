/** Service limits: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */

/** Bytes of a state's input or output, and of a task's or an execution's. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** Events of one execution, the closing one included. */
export const MAX_HISTORY_EVENTS = 25_000;
/** Characters of a state's name. */
export const MAX_STATE_NAME_CHARACTERS = 80;
/** Iterations of an inline Map that run at once. */
export const MAX_INLINE_CONCURRENCY = 40;
/** Characters of SendTaskFailure's error and cause. */
export const MAX_ERROR_CHARACTERS = 256;
export const MAX_CAUSE_CHARACTERS = 32_768;
