import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/Overlay.css";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/Menu.css";
import "@mantine/core/styles/CloseButton.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Modal.css";
import "./tokens.gen.css";
import "./mantine.css";
import "./base.css";
import { MantineProvider, createTheme } from "@mantine/core";
import type { ReactNode } from "react";

const theme = createTheme({ cursorType: "pointer", respectReducedMotion: true, fontFamily: "var(--font-ui)" });

interface Props {
  readonly scheme: "light" | "dark";
  readonly env?: "default" | "test";
  readonly children: ReactNode;
}

/** ThemeProvider gives Mantine our tokens. Variables and classes come from static files, so no inline style element is needed. */
export function ThemeProvider({ scheme, env = "default", children }: Props) {
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} withCssVariables={false} withGlobalClasses={false} env={env}>
      {children}
    </MantineProvider>
  );
}
