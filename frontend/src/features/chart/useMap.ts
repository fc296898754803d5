import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/context";
import { mapPack, registerMap, type GeoJSON } from "./maps";

/** useMap loads a map pack once; false until a drawing that needs it can be drawn, or can say that there is none. */
export function useMap(name: string | undefined): boolean {
  const api = useApi();
  const known = name === undefined || mapPack(name) !== undefined;
  const query = useQuery({
    queryKey: ["map", name],
    enabled: !known,
    staleTime: Infinity,
    queryFn: async () => {
      registerMap(name ?? "", (await api.map(name ?? "")) as unknown as GeoJSON);
      return true;
    },
  });
  return known || query.data === true || query.isError;
}
