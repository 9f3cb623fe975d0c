/** Words and variables in the two families of shells that the recipes speak. */

export type Shell = 'posix' | 'powershell';

/** One word of a POSIX shell, whatever is in it. */
export function shellQuoted(text: string): string {
  return /^[\w./:@%+=,~-]+$/.test(text) && !text.startsWith('~') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** One word of PowerShell, which doubles quotes inside quotes. */
export function powershellQuoted(text: string): string {
  return /^[\w./:\\+-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Lines that set variables for what is started from this shell. Values are words of the shell already. */
export function setVariables(shell: Shell, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, word]) => (shell === 'posix' ? `export ${name}=${word}` : `$env:${name} = ${bare(word)}`))
    .join('\n');
}

/** Takes them back. */
export function unsetVariables(shell: Shell, names: readonly string[]): string {
  return shell === 'posix' ? `unset ${names.join(' ')}` : names.map((name) => `Remove-Item Env:${name}`).join('\n');
}

/** Writes lines into a file. They must not hold a line that is `END`, or `'@`. */
export function writeFile(shell: Shell, name: string, lines: readonly string[]): string {
  return shell === 'posix'
    ? [`cat > ${name} <<'END'`, ...lines, 'END'].join('\n')
    : [`@'`, ...lines, `'@ | Set-Content ${name}`].join('\n');
}

/** An expression of PowerShell needs quotes where an argument of a command needs none. */
function bare(word: string): string {
  return /^['"]/.test(word) ? word : `'${word}'`;
}
