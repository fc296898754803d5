import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import type { ExportRequest } from "../../api/types";
import { toast } from "../../lib/toast";
import { chooseSave } from "../shell";
import { chosen, type Wishes } from "./command";

const types: Readonly<Record<ExportRequest["format"], string>> = { png: "image/png", svg: "image/svg+xml", pdf: "application/pdf" };

/** useSave writes the picture: through the native dialog in the window, as a download in a browser. */
export function useSave(name: string, params: Readonly<Record<string, string>>, wishes: Wishes, done: () => void) {
  const { t } = useTranslation();
  const api = useApi();
  return useMutation({
    mutationFn: async (): Promise<string | null> => {
      const request: ExportRequest = { ...wishes, params: chosen(params) };
      const file = `${name}.${wishes.format}`;
      const path = await chooseSave(t("export.where"), file);
      if (path === "") return null;
      if (path !== undefined) return (await api.saveFile({ path, dashboard: name, export: request })).path;
      download(new Blob([await api.exportDashboard(name, request)], { type: types[wishes.format] }), file);
      return file;
    },
    onSuccess: (path) => {
      if (path === null) return;
      toast(t("export.saved", { path }), { tone: "ok" });
      done();
    },
    onError: (thrown) => void toast(asProblem(thrown).message, { tone: "danger" }),
  });
}

function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
