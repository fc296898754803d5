import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/context";
import { ProblemError } from "../../api/problem";
import type { Result, TableMoment } from "../../api/types";
import type { DashboardDocument } from "../chart";
import { textAt } from "../grid";

/** A table, or one of its branches ("" is main). */
export interface TableName {
  readonly database: string;
  readonly table: string;
  readonly branch: string;
}

/** momentOf is a table's branch at a snapshot, or at its newest. */
export function momentOf({ branch }: TableName, snapshot?: number): TableMoment {
  return { ...(branch === "" ? {} : { branch }), ...(snapshot === undefined ? {} : { snapshot }) };
}

/** usePreview is a table's first rows: at its newest snapshot, or at the one that is asked for. */
export function usePreview(name: TableName, newest: number | undefined, snapshot?: number) {
  const api = useApi();
  return useQuery({
    queryKey: ["preview", name.database, name.table, name.branch, snapshot ?? newest ?? 0],
    queryFn: ({ signal }) => api.preview(name.database, name.table, momentOf(name, snapshot), signal), staleTime: Infinity, retry: false, placeholderData: keepPreviousData,
  });
}

/** useStatement runs a statement of Spark's and gives its result, where it has one. */
export function useStatement() {
  const api = useApi();
  return async (sql: string): Promise<Result | undefined> => {
    const [answer] = await api.query({ dialect: "spark", sql });
    if (answer?.problem) throw new ProblemError(answer.problem);
    return answer?.result;
  };
}

/** useDiff is what changed by key from one moment to another. */
export function useDiff({ database, table }: TableName, from: TableMoment, to: TableMoment) {
  const api = useApi();
  return useQuery({ queryKey: ["diff", database, table, from, to], queryFn: ({ signal }) => api.diff(database, table, { from, to }, signal), staleTime: Infinity, retry: false });
}

export function useVersions(name: TableName, key: Readonly<Record<string, string>> | undefined) {
  const api = useApi();
  const branch = name.branch === "" ? {} : { branch: name.branch };
  return useQuery({ queryKey: ["versions", name.database, name.table, name.branch, key], queryFn: ({ signal }) => api.versions(name.database, name.table, { ...branch, key: key ?? {} }, signal), enabled: key !== undefined, staleTime: 0, retry: false });
}

/** useBooks reads every notebook of the workspace with its last runs. */
export function useBooks() {
  const api = useApi();
  return useQuery({ queryKey: ["books"], queryFn: async () => Promise.all((await api.notebooks()).filter((doc) => !doc.problem).map(({ name }) => api.notebook(name))), staleTime: 0, retry: false });
}

interface Readers {
  readonly tables: readonly string[];
  readonly views: readonly { readonly name: string; readonly text: string }[];
  readonly dashboards: readonly { readonly name: string; readonly title: string; readonly dataset: string; readonly sql: string }[];
}

/** useReaders is what may read a table without a cell: views and the datasets of dashboards. */
export function useReaders() {
  const api = useApi();
  return useQuery({
    queryKey: ["readers"],
    queryFn: async (): Promise<Readers> => {
      const [catalog, documents] = await Promise.all([api.catalog(), api.dashboards()]);
      const entries = catalog.databases.flatMap((database) => database.tables.map((entry) => ({ database: database.name, ...entry })));
      const views = await Promise.all(entries.filter(({ kind, problem }) => kind === "view" && !problem).map(({ database, name }) => api.table(database, name)));
      const dashboards = await Promise.all(documents.filter((doc) => !doc.problem).map(async ({ name, title }) => {
        const { datasets } = (await api.dashboard(name)) as unknown as DashboardDocument;
        return Object.entries(datasets).map(([dataset, { sql }]) => ({ name, title, dataset, sql }));
      }));
      return { tables: entries.map(({ database, name }) => `${database}.${name}`), views: views.map((view) => ({ name: `${view.database}.${view.name}`, text: view.viewText ?? "" })), dashboards: dashboards.flat() };
    },
    staleTime: 0, retry: false,
  });
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
