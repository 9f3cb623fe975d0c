/** What the API says of its own parameters and addresses, in the words of the command line. */

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\/api\/(?:connections|exchanges) lists/g, 'tlscope show lists'],
  [/\b(?:connections|exchanges)=(?=\d)/g, ''],
  [/\bredact=/g, '--redact '],
  [/^redact has/g, '--redact has'],
  [/^filter, column/g, '--filter, column'],
  [/Give a body with the edits/g, 'Give a body with --data'],
];

export function commandWords(text: string): string {
  return WORDS.reduce((said, [theirs, ours]) => said.replace(theirs, ours), text);
}
