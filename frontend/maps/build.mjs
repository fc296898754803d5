// Makes the China map pack from echarts@4.9.0's map/json/china.json (Apache-2.0):
//   node frontend/maps/build.mjs PATH/TO/china.json
// The outlines are decoded into plain GeoJSON; the names below are our own list.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

// adcode, name, full name, English name, further spellings, GB/T 2260 letter code
const divisions = `
110000|北京|北京市|Beijing||BJ
120000|天津|天津市|Tianjin||TJ
130000|河北|河北省|Hebei||HE
140000|山西|山西省|Shanxi||SX
150000|内蒙古|内蒙古自治区|Inner Mongolia|Nei Mongol,Neimenggu,内蒙,Nei Menggu|NM
210000|辽宁|辽宁省|Liaoning||LN
220000|吉林|吉林省|Jilin||JL
230000|黑龙江|黑龙江省|Heilongjiang||HL
310000|上海|上海市|Shanghai||SH
320000|江苏|江苏省|Jiangsu||JS
330000|浙江|浙江省|Zhejiang||ZJ
340000|安徽|安徽省|Anhui||AH
350000|福建|福建省|Fujian||FJ
360000|江西|江西省|Jiangxi||JX
370000|山东|山东省|Shandong||SD
410000|河南|河南省|Henan||HA
420000|湖北|湖北省|Hubei||HB
430000|湖南|湖南省|Hunan||HN
440000|广东|广东省|Guangdong|Canton|GD
450000|广西|广西壮族自治区|Guangxi|广西自治区|GX
460000|海南|海南省|Hainan||HI
500000|重庆|重庆市|Chongqing||CQ
510000|四川|四川省|Sichuan||SC
520000|贵州|贵州省|Guizhou||GZ
530000|云南|云南省|Yunnan||YN
540000|西藏|西藏自治区|Xizang|Tibet|XZ
610000|陕西|陕西省|Shaanxi||SN
620000|甘肃|甘肃省|Gansu||GS
630000|青海|青海省|Qinghai||QH
640000|宁夏|宁夏回族自治区|Ningxia|宁夏自治区|NX
650000|新疆|新疆维吾尔自治区|Xinjiang|新疆自治区|XJ
710000|台湾|台湾省|Taiwan|臺灣,臺灣省,中国台湾,台灣|TW
810000|香港|香港特别行政区|Hong Kong|中国香港,Hongkong,香港特区|HK
820000|澳门|澳门特别行政区|Macao|澳門,中国澳门,Macau,澳门特区|MO
`.trim().split("\n").map((l) => l.split("|"));

/** Undoes ECharts' compact form of a ring: zig-zag deltas of 1/1024 degree. */
function decodeRing(text, offset) {
  const ring = [];
  let [px, py] = offset;
  for (let i = 0; i < text.length; i += 2) {
    let x = text.charCodeAt(i) - 64;
    let y = text.charCodeAt(i + 1) - 64;
    x = (x >> 1) ^ -(x & 1);
    y = (y >> 1) ^ -(y & 1);
    px += x;
    py += y;
    ring.push([round(px / 1024), round(py / 1024)]);
  }
  const [first, last] = [ring[0], ring[ring.length - 1]];
  if (first[0] !== last[0] || first[1] !== last[1]) ring.push([...first]); // GeoJSON wants closed rings
  return ring;
}

const round = (v) => Math.round(v * 1e3) / 1e3;

function decode(geometry) {
  if (geometry.type === "Polygon") {
    return { type: "Polygon", coordinates: geometry.coordinates.map((r, i) => decodeRing(r, geometry.encodeOffsets[i])) };
  }
  return {
    type: "MultiPolygon",
    coordinates: geometry.coordinates.map((p, i) => p.map((r, j) => decodeRing(r, geometry.encodeOffsets[i][j]))),
  };
}

const source = JSON.parse(readFileSync(process.argv[2], "utf8"));
const byCode = new Map(source.features.map((f) => [String(f.id), f]));
const features = divisions.map(([adcode, name, fullName, en, more, letters]) => {
  const f = byCode.get(adcode);
  if (!f || f.properties.name !== name) throw new Error(`${adcode} ${name} is not in the source`);
  byCode.delete(adcode);
  return {
    type: "Feature",
    id: adcode,
    properties: { adcode, name, fullName, en, aliases: [...(more ? more.split(",") : []), `CN-${letters}`], cp: f.properties.cp.map(round) },
    geometry: decode(f.geometry),
  };
});
if (byCode.size > 0) throw new Error(`left over: ${[...byCode.keys()]}`);
const lines = features.map((f) => JSON.stringify(f)).join(",\n");
writeFileSync(fileURLToPath(new URL("china/map.geojson", import.meta.url)), `{"type":"FeatureCollection","name":"china","features":[\n${lines}\n]}\n`);
