/** `--proto DIR`: the names of gRPC messages. */

import { UserError } from '../errors.ts';
import type { ProtoSchema } from '../wire/http/protobuf/schema.ts';
import { printable } from '../wire/x509/printable.ts';

/** Its package is loaded when it is asked for. @throws UserError `proto-unreadable`, which names the file and line */
export async function readProto(folder: string | undefined): Promise<{ readonly schema?: ProtoSchema }> {
  if (folder === undefined) return {};
  const { ProtoFileError, readProtoFiles } = await import('../capture/proto-files.ts');
  try {
    return { schema: readProtoFiles(folder) };
  } catch (error) {
    if (!(error instanceof ProtoFileError)) throw error;
    const place = error.line === undefined ? error.path : `${error.path}, line ${error.line}`;
    throw new UserError('proto-unreadable', { place, reason: printable(error.message) });
  }
}
