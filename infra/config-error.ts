/** A configuration that cannot work; its message names what is wrong and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
