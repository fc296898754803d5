import { useEffect, useState } from "react";
import { type Scheme, schemeOf, systemIsDark, useLook, watchSystem } from "./look";

/** useScheme is the colour scheme in force, following the system while the setting says so. */
export function useScheme(): Scheme {
  const theme = useLook((look) => look.theme);
  const [dark, setDark] = useState(systemIsDark);
  useEffect(() => watchSystem(setDark), []);
  return schemeOf(theme, dark);
}
