import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import { openDocument } from "../../lib/navigation";
import { toast } from "../../lib/toast";
import type { TableName } from "./queries";

/** useQueryTable opens a new notebook with a first look at a table, of a branch and at a snapshot where they are given. */
export function useQueryTable() {
  const api = useApi();
  const client = useQueryClient();
  return useCallback(
    async ({ database, table, branch }: TableName, snapshot?: number) => {
      try {
        const taken = new Set((await api.notebooks()).map((doc) => doc.name));
        let name = `query_${table}.ipynb`;
        for (let i = 2; taken.has(name); i++) name = `query_${table}_${i}.ipynb`;
        const made = await api.createNotebook(name);
        const from = branch === "" ? `${database}.${table}` : `${database}.\`${table}$branch_${branch}\``;
        const source = `SELECT *\nFROM ${from}${snapshot === undefined ? "" : ` VERSION AS OF ${snapshot}`}\nLIMIT 100`;
        const first = made.cells.find((cell) => cell.kind === "sql" && cell.source === "");
        const cell = first?.id ?? crypto.randomUUID().slice(0, 8);
        await api.editNotebook(made.name, made.etag, [first ? { op: "setSource", cell, source } : { op: "insert", after: "", kind: "sql", cell, source, dialect: "spark" }]);
        await client.invalidateQueries({ queryKey: keys.notebooks });
        openDocument({ kind: "notebook", name: made.name, title: made.name });
      } catch (error) {
        toast(asProblem(error).message, { tone: "danger" });
      }
    },
    [api, client],
  );
}
