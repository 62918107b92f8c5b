"""The vector files inside a zip that somebody packed: which there are, and each unpacked under a name of our own."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geo.errors import DataError

#: Kinds of files looked for; a file geodatabase is a folder.
KINDS = (".geojson", ".json", ".gpkg", ".shp", ".fgb", ".gdb")
_MAX_UNZIPPED = 1_000_000_000


@contextmanager
def unpacked(path: Path) -> Iterator[dict[str, Path]]:
    """Unpack the vector files of a zip into a temporary folder; yield where each lies, by its name in the zip.

    Raises
    ------
    DataError
        When it is no zip, is damaged or has a password, holds more than 1 GB, or no vector file.
    """
    with _archive(path) as archive, tempfile.TemporaryDirectory(prefix="infraplan-") as folder:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if sum(m.file_size for m in members) > _MAX_UNZIPPED:
            raise DataError(
                f"{path.name}: holds more than 1 GB; bring the file itself",
                f"{path.name}:解压后超过 1 GB;请直接上传其中的文件",
            )
        names = [m.filename for m in members]
        files = _vector_files(names)
        if not files:
            raise none_in(path.name, names)
        found = {}
        for number, (shown, (stem, suffix)) in enumerate(files.items()):
            for member in members:
                _unpack(archive, member, stem, suffix, Path(folder) / str(number), path.name)
            found[shown] = Path(folder) / str(number) / f"layer{suffix}"
        yield found


def _archive(path: Path) -> zipfile.ZipFile:
    """Open a zip; names that do not say their encoding are UTF-8 or, as Windows packs them in China, GBK."""
    for encoding in ("utf-8", "gb18030", None):
        try:
            return zipfile.ZipFile(path, metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
        except zipfile.BadZipFile as error:
            raise DataError(
                f"{path.name}: not a zip file, or damaged; pack the files again",
                f"{path.name}:不是有效的 zip 文件或已损坏;请重新打包后上传",
            ) from error
    raise AssertionError("cp437 decodes every byte")


def _vector_files(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return stem and suffix of each vector file (or geodatabase folder) among the members, by its name."""
    found = {}
    for name in names:
        inner = PurePosixPath(name)
        folders = [p for p in inner.parents if p.suffix.casefold() == ".gdb"]
        if folders:
            found[str(folders[0])] = (str(folders[0]), ".gdb")
        elif inner.suffix.casefold() in KINDS[:5]:
            found[name] = (str(inner.with_suffix("")), inner.suffix.casefold())
    return found


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, stem: str, suffix: str, folder: Path, shown: str
) -> None:
    """Write a member below ``folder`` when it is part of the file with this stem."""
    inner = PurePosixPath(member.filename)
    if suffix == ".gdb" and stem in map(str, inner.parents):
        target = folder / "layer.gdb" / inner.name
    elif suffix != ".gdb" and str(inner.with_suffix("")) == stem:
        target = folder / f"layer{inner.suffix.casefold()}"
    else:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.write_bytes(archive.read(member))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise DataError(
            f"{shown}: a file in it is damaged, or needs a password; pack it again without a password",
            f"{shown}:压缩包内的文件损坏或已加密;请不设密码重新打包后上传",
        ) from error


def none_in(shown: str, names: Sequence[str]) -> DataError:
    """Return the error for a zip without a vector file: what is in it, and what to bring."""
    some = [PurePosixPath(name).name for name in names][:5]
    there_en, there_zh = ", ".join(some) or "nothing", "、".join(some) or "没有文件"
    return DataError(
        f"{shown}: must hold a vector file ({', '.join(KINDS)}); there is {there_en}; bring a raster or a table as it "
        "is, not in a zip",
        f"{shown}:压缩包内没有矢量文件({'、'.join(KINDS)}),只有:{there_zh};栅格或表格请不打包,直接上传",
    )
