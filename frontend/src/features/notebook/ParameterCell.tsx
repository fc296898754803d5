import { useTranslation } from "react-i18next";
import type { Parameter } from "../../api/types";
import css from "./Notebook.module.css";
import { ParameterField } from "./ParameterField";

/** The cell that declares the notebook's parameters, as controls. */
export function ParameterCell({ parameters }: { readonly parameters: readonly Parameter[] }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={css.head}><span className={css.meta}>&nbsp;{t("notebook.parameters")}</span></div>
      <div className={css.paramCell}>
        {parameters.map((parameter) => <ParameterField key={parameter.name} parameter={parameter} />)}
        {parameters.length === 0 && <span className="t3">{t("notebook.noParameters")}</span>}
      </div>
    </>
  );
}
