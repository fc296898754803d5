import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import type { DocumentRef } from "./lib/navigation";
import { Skeleton } from "./ui";

interface PageProps {
  readonly name: string;
  readonly active: boolean;
}

const Table = lazy(async () => ({ default: (await import("./features/explorer")).TablePage }));

const Notebook = lazy(async () => ({ default: (await import("./features/notebook")).NotebookPage }));

const Dashboard = lazy(async () => ({ default: (await import("./features/dashboard")).DashboardPage }));

/** The page of one open document; notebooks and dashboards are loaded when first needed. */
export function DocumentPage({ document, active }: { readonly document: DocumentRef; readonly active: boolean }) {
  const { t } = useTranslation();
  const props: PageProps = { name: document.name, active };
  return (
    <Suspense fallback={<Skeleton rows={6} label={t("common.loading")} />}>
      {document.kind === "table" && <Table name={document.name} />}
      {document.kind === "notebook" && <Notebook {...props} />}
      {document.kind === "dashboard" && <Dashboard {...props} />}
    </Suspense>
  );
}
