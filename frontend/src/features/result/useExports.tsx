import { IconBraces, IconCsv, IconFileArrowRight, IconTable } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import type { FileFormat, Result } from "../../api/types";
import { bytes as size } from "../../lib/format";
import { toast } from "../../lib/toast";
import type { MenuEntry } from "../../ui";
import { chooseSave } from "../shell";

const FORMATS: readonly { readonly format: FileFormat; readonly icon: typeof IconCsv }[] = [
  { format: "csv", icon: IconCsv },
  { format: "parquet", icon: IconTable },
  { format: "json", icon: IconBraces },
  { format: "arrow", icon: IconFileArrowRight },
];

/** useExports offers a result as files: by the window's own dialog, else by the browser's download. */
export function useExports(result: Pick<Result, "id">, name: string): MenuEntry[] {
  const api = useApi();
  const { t } = useTranslation();
  const save = async (format: FileFormat) => {
    const file = `${name}.${format}`;
    try {
      const path = await chooseSave(t("result.saveAs", { name: file }), file);
      if (path === "") return;
      if (path !== undefined) {
        const saved = await api.saveFile({ path, result: result.id, format });
        return void toast(t("result.saved", { path: saved.path, size: size(saved.bytes) }), { tone: "ok" });
      }
      const link = document.createElement("a");
      link.href = api.fileUrl(result.id, format, name);
      link.download = file;
      link.click();
    } catch (error) {
      toast(asProblem(error).message, { tone: "danger" });
    }
  };
  return FORMATS.map(({ format, icon: Icon }) => ({ key: format, label: t(`result.format.${format}`), icon: <Icon size={16} />, run: () => void save(format) }));
}
