"""The documents that an applicant uploads: small files of the right kind, made on the spot."""

from pathlib import Path

TITLES = {
    "articles": "Articles of association",
    "outline": "Outline of the organisation",
    "chart": "Organisation chart",
    "evidence": "Rules for handling secret information",
}


def make_documents(folder: Path, *, roster: str, organisation: str) -> dict[str, Path]:
    """Write the attachments of an application and return them by field name."""
    folder.mkdir(parents=True)
    files = {name: folder / f"{name}.pdf" for name in TITLES} | {"member_list": folder / "members.csv"}
    for name, title in TITLES.items():
        files[name].write_bytes(pdf(f"{title} - {organisation}"))
    files["member_list"].write_text(roster, encoding="utf-8")
    return files


def pdf(line: str) -> bytes:
    """Return a PDF of one page with one line of Latin text (ISO 32000-1, 7.5)."""
    shown = line.encode("ascii", "replace").replace(b"(", b"[").replace(b")", b"]")
    text = b"BT /F1 14 Tf 50 780 Td (%b) Tj ET" % shown
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources 6 0 R >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        b"<< /Font << /F1 4 0 R >> >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(written))
    )
