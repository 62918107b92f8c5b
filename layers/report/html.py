"""The report as one HTML file: style and picture inside, no scripts, nothing fetched; prints on A4."""

from __future__ import annotations

import base64
import html

from layers.report.spec import Report, Section, Table

_STYLE = """
@page{size:A4;margin:16mm 15mm}
*{box-sizing:border-box}
body{margin:0 auto;max-width:190mm;padding:12mm 10mm;color:#1c2733;background:#fff;line-height:1.6;font-size:10.5pt;
font-family:'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','Helvetica Neue',Arial,sans-serif}
h1{font-size:19pt;line-height:1.3;margin:0 0 2mm}
h2{font-size:12.5pt;margin:6mm 0 1.5mm;border-bottom:1px solid #c3ccd2;padding-bottom:1mm}
p{margin:1.2mm 0}ul{margin:1mm 0;padding-left:5mm}li{margin:.8mm 0}
.review{color:#a8201a;font-size:10pt;margin:0 0 2mm}
.imprint{display:flex;flex-wrap:wrap;gap:0 6mm;color:#45525c;font-size:9.5pt;margin:0 0 3mm}
.status{border:1.5px solid #a8201a;color:#a8201a;padding:0 3mm;font-weight:700;float:right;margin-left:4mm}
.figures{display:flex;gap:4mm;margin:2mm 0}
.figures div{flex:1;background:#f2f5f7;border-left:3px solid #225ea8;padding:2mm 3mm;font-size:9pt;color:#45525c}
.figures b{display:block;font-size:17pt;color:#1c2733;line-height:1.25}
blockquote{margin:2mm 0;padding:1.5mm 4mm;border-left:3px solid #c3ccd2;background:#fafbfc;font-size:11.5pt}
cite{display:block;font-style:normal;font-size:9pt;color:#45525c}
figure{margin:2mm 0}img{width:100%;border:1px solid #dfe6ea}
table{border-collapse:collapse;width:100%;font-size:8.5pt;line-height:1.35;margin:1.5mm 0;table-layout:fixed}
th,td{border:1px solid #c3ccd2;padding:1mm 1.2mm;text-align:left;overflow-wrap:break-word}
thead{display:table-header-group}th{background:#eceff1;font-weight:600;word-break:keep-all}tr{break-inside:avoid}
.n{text-align:right;font-variant-numeric:tabular-nums}.sum td{font-weight:700;background:#f7f9fa}
.small{font-size:8.5pt;color:#45525c}.hash{overflow-wrap:anywhere}
footer{margin-top:6mm;border-top:1px solid #c3ccd2;padding-top:1.5mm;font-size:8.5pt;color:#a8201a}
h2,.figures,figure{break-inside:avoid;break-after:avoid-page}
@media print{body{padding:0;max-width:none}}
@media (max-width:700px){.figures{flex-direction:column}table{font-size:7pt}}
"""


def write(report: Report) -> bytes:
    """Return the file's bytes (UTF-8); every value is escaped."""
    lang = "zh-CN" if report.lang == "zh" else "en"
    body = "\n".join(
        [
            f'<div class="status">{_e(report.imprint.status_text(report.lang))}</div>',
            f"<h1>{_e(report.title)}</h1>",
            f'<p class="review">{_e(_review(report))}</p>',
            _imprint(report),
            _figures(report),
            *(_section(section, report) for section in report.sections),
            f"<footer>{_e(report.footer)}</footer>",
        ]
    )
    page = (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        # a report that fetches nothing says so to the browser too
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">\n'
        f"<title>{_e(report.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    return page.encode("utf-8")


def _review(report: Report) -> str:
    return report.footer.split(" · ")[0]


def _imprint(report: Report) -> str:
    colon = "\uff1a" if report.lang == "zh" else ": "
    rows = [
        f'<span class="hash">{_e(label)}{colon}{_e(text)}</span>'
        for label, text in report.imprint.rows(report.lang)
    ]
    return f'<div class="imprint">{"".join(rows)}</div>'


def _figures(report: Report) -> str:
    boxes = "".join(f"<div><b>{_e(text)}</b>{_e(label)}</div>" for label, text in report.figures)
    return f'<div class="figures">{boxes}</div>'


def _section(section: Section, report: Report) -> str:
    parts = [f"<section><h2>{_e(section.heading)}</h2>"]
    if section.quote:
        parts.append(f"<blockquote>{_e(section.quote)}<cite>{_e(section.quote_source)}</cite></blockquote>")
    parts += [f"<p>{_e(text)}</p>" for text in section.paragraphs]
    if section.with_picture:
        data = base64.b64encode(report.picture).decode("ascii")
        parts.append(
            f'<figure><img alt="{_e(report.picture_alt)}" src="data:image/png;base64,{data}"></figure>'
        )
    if section.table:
        parts.append(_table(section.table))
    if section.items:
        parts.append(f"<ul>{''.join(f'<li>{_e(text)}</li>' for text in section.items)}</ul>")
    parts += [f'<p class="small hash">{_e(text)}</p>' for text in section.small]
    return "\n".join([*parts, "</section>"])


def _table(table: Table) -> str:
    whole = sum(table.widths)
    columns = "".join(f'<col style="width:{100 * w / whole:.2f}%">' for w in table.widths)
    heads = "".join(
        f'<th{" class=n" if i in table.numeric else ""} scope="col">{_e(h)}</th>'
        for i, h in enumerate(table.heads)
    )
    last = len(table.rows) - 1 if table.summed else -1
    rows = "".join(
        f"<tr{' class=sum' if n == last else ''}>"
        + "".join(
            f"<td{' class=n' if i in table.numeric else ''}>{_e(cell)}</td>" for i, cell in enumerate(row)
        )
        + "</tr>"
        for n, row in enumerate(table.rows)
    )
    return (
        f"<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _e(text: str) -> str:
    return html.escape(text, quote=True)
