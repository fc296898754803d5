/** Text literals and names as Spark's statements take them. */
export function literal(text: string): string {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}

/** call writes CALL sys.procedure(...); an argument that is undefined is left out. */
export function call(procedure: string, args: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const list = Object.entries(args).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [`${name} => ${typeof value === "string" ? literal(value) : String(value)}`];
  });
  return `CALL sys.${procedure}(${list.join(", ")})`;
}

/** tableArgument is how a procedure names a table or one of its branches. */
export function tableArgument(database: string, table: string, branch: string): string {
  return `${database}.${table}${branch === "" ? "" : `$branch_${branch}`}`;
}
