/** What HTTP/2's error codes mean (RFC 9113 §7), for a stream that was reset. */

const MEANINGS: Readonly<Record<string, string>> = {
  NO_ERROR: 'it was not needed any longer, and nothing was wrong',
  PROTOCOL_ERROR: 'the other side broke the rules of HTTP/2',
  INTERNAL_ERROR: 'it met a fault of its own',
  FLOW_CONTROL_ERROR: 'the other side sent more than its window allowed',
  SETTINGS_TIMEOUT: 'its SETTINGS were not acknowledged in time',
  STREAM_CLOSED: 'a frame came for a stream that was closed already',
  FRAME_SIZE_ERROR: 'a frame had a length that it may not have',
  REFUSED_STREAM: 'it did nothing with the request, which can be sent again',
  CANCEL: 'it no longer wanted the stream',
  COMPRESSION_ERROR: 'it could not keep the state of HPACK',
  CONNECT_ERROR: 'the connection that CONNECT had opened was reset or ended in error',
  ENHANCE_YOUR_CALM: 'the other side asked for too much',
  INADEQUATE_SECURITY: 'the TLS below does not meet its demands',
  HTTP_1_1_REQUIRED: 'it wants the request over HTTP/1.1',
};

/** The meaning of the code that a sentence ends in, e.g. `… reset the stream with CANCEL.` */
export function http2Meaning(sentence: string): string | undefined {
  const name = /\bwith ([A-Z0-9_]+)\.$/.exec(sentence)?.[1];
  return name !== undefined && Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
}
