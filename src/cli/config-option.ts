/** A row of the configuration as an option of a command. */
import { Option } from 'commander';
import type { Config, OptionRow } from '../config.ts';

export function configOption(row: OptionRow, defaults: Config): Option {
  const option = new Option(row.flags, row.description);
  const value = defaults[row.key];
  if (row.env !== undefined) option.env(row.env);
  if (value !== undefined && value !== false && !Array.isArray(value)) option.default(value, row.byDefault);
  if (option.isBoolean()) return option;
  const flag = option.long ?? row.flags;
  return option.argParser((text: string, before: unknown) => {
    const parsed = row.parse(text, flag);
    return row.repeatable ? [...(Array.isArray(before) ? before : []), parsed] : parsed;
  });
}
