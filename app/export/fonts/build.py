#!/usr/bin/env python3
"""Makes the fonts that pictures are drawn with, from packaged originals.

    python3 -m venv /tmp/ft && /tmp/ft/bin/pip install fonttools brotli
    /tmp/ft/bin/python app/export/fonts/build.py

Inputs: Inter and JetBrains Mono from frontend/node_modules/@fontsource (woff2),
Noto Sans CJK SC from Debian's fonts-noto-cjk. All three are under the SIL Open
Font License; OFL-*.txt beside this file hold the texts.

What is changed, besides cutting glyphs away:
  Inter          digits are the tabular ones (the pictures are tables of
                 numbers, and the rasteriser knows no font features)
  Noto Sans SC   outlines are quadratic, so that an SVG can carry a subset cut
                 by app/export (fontsubset.go keeps glyph ids)
  all            advance widths go to frontend/src/features/chart/metrics.gen.ts,
                 which is how the page and the binary lay text out alike
"""
import io, json, os, sys
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
SOURCES = os.path.join(ROOT, "frontend", "node_modules", "@fontsource")
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-%s.ttc"
EPOCH = 3786912000  # 2024-01-01 in the font epoch: the same bytes on every run

# Han that GB 2312 lacks and place names or our own texts may use.
EXTRA = "臺灣澳門東廣雲龍區縣市省濟貴陝遼寧滬瀋陽蘇㎡㎞燊堃喆瀞翀昇陞镕珺玥玹祎崟犇淼槟榔屿棪橔㙦堽圐圙泷浉渌浬湉滘漷瀍猇畲疃砣硚磏禤窎窨笪篢簕糍緱罍耖艽芈茌莜莨菪蒌薮藁虢蚬蛏袆赉趵郏郓鄚鄱酃鄄鄌釜铧镆閠阌陉隗鞨骎鲘鲚鳌鲅麸"


def stamp(font, family, style, weight):
    """Names the face so that family + weight find it."""
    name = font["name"]
    name.names = []
    for nid, text in {1: family if style in ("Regular", "Bold") else family + " " + style,
                      2: style if style in ("Regular", "Bold") else "Regular",
                      3: family + " " + style + " laketop", 4: family + " " + style,
                      5: "Version 1.0", 6: family.replace(" ", "") + "-" + style.replace(" ", ""),
                      13: "SIL Open Font License, Version 1.1", 14: "https://openfontlicense.org",
                      16: family, 17: style}.items():
        name.setName(text, nid, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["head"].created = font["head"].modified = EPOCH
    font.recalcTimestamp = False


def save(font, path):
    font.flavor = None
    font.save(path)
    print(os.path.basename(path), os.path.getsize(path), "bytes,", font["maxp"].numGlyphs, "glyphs")


def latin(package, file, family, style, weight, tabular):
    font = TTFont(os.path.join(SOURCES, package, "files", file))
    if tabular:
        gsub = font["GSUB"].table
        tnum = {}
        for rec in gsub.FeatureList.FeatureRecord:
            if rec.FeatureTag == "tnum":
                for i in rec.Feature.LookupListIndex:
                    for sub in gsub.LookupList.Lookup[i].SubTable:
                        tnum.update(getattr(sub, "ExtSubTable", sub).mapping)
        for table in font["cmap"].tables:
            for code in range(0x30, 0x3A):
                if code in table.cmap:
                    table.cmap[code] = tnum.get(table.cmap[code], table.cmap[code])
    options = Options(layout_features=["kern"], hinting=False, name_IDs=["*"], notdef_outline=True)
    cut = Subsetter(options)
    cut.populate(unicodes=[c for c in font.getBestCmap() if c >= 0x20 and c != 0xFEFF])
    cut.subset(font)
    stamp(font, family, style, weight)
    save(font, os.path.join(HERE, family.replace(" ", "") + "-" + style + ".ttf"))
    return font


def quadratic(font, max_error=1.2):
    """Replaces CFF outlines by glyf, in the font's own units."""
    order = font.getGlyphOrder()
    glyphs, source = {}, font.getGlyphSet()
    for g in order:
        pen = TTGlyphPen(source)
        source[g].draw(Cu2QuPen(pen, max_error, reverse_direction=True))
        glyphs[g] = pen.glyph()
    glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, glyphs
    font["loca"] = newTable("loca")
    font["glyf"] = glyf
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = len(order)
    for k in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
              "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
              "maxCompositeContours", "maxComponentDepth"):
        setattr(maxp, k, 0)
    maxp.maxZones = 1
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"


def han(style, weight):
    collection = TTCollection(NOTO % style)
    buf = io.BytesIO()
    next(f for f in collection.fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC").save(buf)
    buf.seek(0)
    font = TTFont(buf)
    codes = {ord(c) for c in EXTRA} | {0x20, 0xA5, 0xB7, 0x2026, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D}
    for hi in range(0xA1, 0xF8):
        for lo in range(0xA1, 0xFF):
            try:
                codes.add(ord(bytes([hi, lo]).decode("gb2312")))
            except UnicodeDecodeError:
                pass
    options = Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True, desubroutinize=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
    cut = Subsetter(options)
    cut.populate(unicodes=[c for c in codes if c in font.getBestCmap()])
    cut.subset(font)
    quadratic(font)
    stamp(font, "Noto Sans SC", style, weight)
    save(font, os.path.join(HERE, "NotoSansSC-" + style + ".ttf"))


def widths(font):
    """Advance of each character of the first two Latin blocks and some signs, in 1/1000 em."""
    cmap, hmtx, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    codes = list(range(0x20, 0x7F)) + list(range(0xA0, 0x100)) + [0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2212]
    return {chr(c): round(hmtx[cmap[c]][0] * 1000 / em) for c in codes if c in cmap}


def metrics(faces):
    path = os.path.join(ROOT, "frontend", "src", "features", "chart", "metrics.gen.ts")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write("// Generated by app/export/fonts/build.py from the embedded fonts; do not edit.\n")
        f.write("/** Advance widths in thousandths of the font size, by face and character. */\n")
        f.write("export const advances: Readonly<Record<string, Readonly<Record<string, number>>>> = ")
        f.write(json.dumps({k: widths(v) for k, v in faces.items()}, ensure_ascii=True, separators=(",", ":")))
        f.write(";\n")


if __name__ == "__main__":
    faces = {str(w): latin("inter", f"inter-latin-{w}-normal.woff2", "Inter", s, w, True)
             for w, s in ((400, "Regular"), (500, "Medium"), (600, "SemiBold"))}
    faces["mono"] = latin("jetbrains-mono", "jetbrains-mono-latin-400-normal.woff2", "JetBrains Mono", "Regular", 400, False)
    metrics(faces)
    if "--latin" not in sys.argv:
        han("Regular", 400)
        han("Bold", 700)
