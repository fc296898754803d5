import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { useCatalog, useDashboards, useNotebooks, useWorkspace } from "../../api/queries";
import { runAction } from "../../lib/action";
import { openDocument, useNavigation } from "../../lib/navigation";
import { Button, EmptyState, Kbd } from "../../ui";

/**
 * What stands where no document is open: a workspace that is opened shows its
 * first dashboard once there are tables to draw, else its first notebook; one
 * without documents offers the shipped ones.
 */
export function Nothing() {
  const { t } = useTranslation();
  const api = useApi();
  const client = useQueryClient();
  const catalog = useCatalog().data;
  const notebooks = useNotebooks().data;
  const dashboards = useDashboards().data;
  const workspace = useWorkspace().data?.path;
  const add = useMutation({ mutationFn: api.addShipped, onSuccess: () => client.invalidateQueries() });

  useEffect(() => {
    if (!workspace || useNavigation.getState().greeted === workspace || !catalog || !notebooks || !dashboards) return;
    useNavigation.setState({ greeted: workspace });
    const filled = catalog.databases.some((database) => database.tables.length > 0);
    const dashboard = filled ? dashboards[0] : undefined;
    const notebook = notebooks[0];
    if (dashboard) openDocument({ kind: "dashboard", name: dashboard.name, title: dashboard.title });
    else if (notebook) openDocument({ kind: "notebook", name: notebook.name, title: notebook.name });
  }, [workspace, catalog, notebooks, dashboards]);

  if (notebooks?.length === 0 && dashboards?.length === 0) {
    return <EmptyState action={<Button kind="primary" disabled={add.isPending} onClick={() => add.mutate()}>{t("shell.addShipped")}</Button>}>{t("shell.noDocuments")}</EmptyState>;
  }
  return <EmptyState action={<Button onClick={() => runAction("app.palette")}>{t("shell.find")}<Kbd shortcut="Mod+K" /></Button>}>{t("shell.nothingOpen")}</EmptyState>;
}
