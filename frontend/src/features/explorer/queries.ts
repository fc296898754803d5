import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/context";
import type { Result, TableMoment } from "../../api/types";
import { textAt } from "../grid";

/** A table, or one of its branches ("" is main). */
export interface TableName {
  readonly database: string;
  readonly table: string;
  readonly branch: string;
}

function momentOf({ branch }: TableName, snapshot: number | undefined): TableMoment {
  return { ...(branch === "" ? {} : { branch }), ...(snapshot === undefined ? {} : { snapshot }) };
}

/** usePreview is a table's first rows: at its newest snapshot, or at the one that is asked for. */
export function usePreview(name: TableName, newest: number | undefined, snapshot?: number) {
  const api = useApi();
  return useQuery({
    queryKey: ["preview", name.database, name.table, name.branch, snapshot ?? newest ?? 0],
    queryFn: () => api.preview(name.database, name.table, momentOf(name, snapshot)), staleTime: Infinity, retry: false, placeholderData: keepPreviousData,
  });
}

/** useDiff is what changed by key from one snapshot to another. */
export function useDiff(name: TableName, from: number, to: number, enabled: boolean) {
  const api = useApi();
  const branch = name.branch === "" ? {} : { branch: name.branch };
  return useQuery({ queryKey: ["diff", name.database, name.table, name.branch, from, to], queryFn: () => api.diff(name.database, name.table, { ...branch, from, to }), enabled, staleTime: Infinity, retry: false });
}

export function useVersions(name: TableName, key: Readonly<Record<string, string>> | undefined) {
  const api = useApi();
  const branch = name.branch === "" ? {} : { branch: name.branch };
  return useQuery({ queryKey: ["versions", name.database, name.table, name.branch, key], queryFn: () => api.versions(name.database, name.table, { ...branch, key: key ?? {} }), enabled: key !== undefined, staleTime: 0, retry: false });
}

export type TextRow = readonly (string | null)[];

/** useRows reads the first rows of a result as text. */
export function useRows(result: Result | undefined, most: number) {
  const api = useApi();
  return useQuery({
    queryKey: ["rows-of", result?.id, most],
    queryFn: async ({ signal }): Promise<readonly TextRow[]> => {
      if (!result || result.rows === 0) return [];
      const { table } = await api.rows(result.id, { offset: 0, limit: Math.min(most, result.rows) }, signal);
      const columns = result.columns.map((_, i) => table.getChildAt(i));
      return Array.from({ length: table.numRows }, (_, row) => columns.map((column) => (column ? textAt(column, row) : null)));
    },
    enabled: result !== undefined, staleTime: Infinity, retry: false,
  });
}
