"""Maps that work without internet: every script, style and image comes from this package.

folium links its scripts from content delivery networks that are slow or blocked in China, and a
map whose first script fails stays blank. Here the links are replaced before anything is written,
and a link that is not known to come with the package stops the map rather than blanking it.
"""

from __future__ import annotations

import base64
import html as html_module
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import branca.colormap
import branca.element
import folium
from folium.elements import JSCSSMixin
from folium.plugins import DualMap

from gridplan.outputs.words.safe import inert
from gridplan.text import LANGUAGES, say
from gridplan.text.language import ORIGINAL

# What a page may do: run and style itself. Even text that got through could not reach anyone.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
_ASSET = "gridplan-asset:"
# folium's names of its links, and the files of this package that take their place; None for what
# our maps do without (no popups, no font icons).
_SCRIPTS: dict[str, str | None] = {
    "leaflet": "leaflet/leaflet.js",
    "leaflet_draw_js": "leaflet-draw/leaflet.draw.js",
    "Leaflet.Sync": "leaflet-sync/L.Map.Sync.js",
    "gridplan": "gridplan/gridplan.js",
    "jquery": None,
    "bootstrap": None,
    "awesome_markers": None,
}
_STYLES: dict[str, str | None] = {
    "leaflet_css": "leaflet/leaflet.css",
    "leaflet_draw_css": "leaflet-draw/leaflet.draw.css",
    "gridplan_css": "gridplan/gridplan.css",
    "bootstrap_css": None,
    "glyphicons_css": None,
    "awesome_markers_font_css": None,
    "awesome_markers_css": None,
    "awesome_rotate_css": None,
}
# What follows leaflet itself wherever it is loaded.
_AFTER_LEAFLET = {"leaflet": "gridplan", "leaflet_css": "gridplan_css"}


Drawing: TypeAlias = folium.Map | DualMap | folium.MacroElement
"""One map, or several that move together."""


class ExternalLinkError(RuntimeError):
    """Raised when a map would ask another machine for something: a programming error here."""


def asset_folder() -> Path:
    """Folder of the scripts, styles and images that maps need; the app serves it by itself."""
    return Path(__file__).parents[1] / "assets"


class PlanMap(folium.Map):
    """A folium map that saves and shows itself as one page without any link."""

    page_title = "gridplan"
    lang = LANGUAGES[0]

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:  # noqa: ANN401, ARG002  # folium's own signature
        """Write :func:`standalone_html` to ``outfile``, a path."""
        write_map(self, outfile)

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002  # folium's own signature
        return frame(self)


class ComparisonMap(DualMap):
    """Two synchronised maps that save and show themselves as one page without any link."""

    page_title = "gridplan"
    lang = LANGUAGES[0]

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:  # noqa: ANN401, ARG002  # folium's own signature
        """Write :func:`standalone_html` to ``outfile``, a path."""
        write_map(self, outfile)

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002  # folium's own signature
        return frame(self)


def write_map(drawn: Drawing, path: str | Path) -> None:
    """Write a map to ``path`` as :func:`standalone_html` gives it."""
    Path(path).write_text(standalone_html(drawn), encoding="utf-8", newline="\n")


def frame(drawn: Drawing, *, height: int = 640) -> str:
    """
    Give a map as an inline frame for a notebook; it holds the whole page and loads nothing.

    Parameters
    ----------
    drawn
        The map.
    height
        Pixels.
    """
    page = html_module.escape(standalone_html(drawn), quote=True)
    return (
        f'<iframe srcdoc="{page}" width="100%" height="{height}" sandbox="allow-scripts"'
        ' style="border:none" allowfullscreen></iframe>'
    )


def localize(drawn: Drawing, prefix: str) -> Drawing:
    """
    Point every link of a map at this package's files.

    Parameters
    ----------
    drawn
        The map; changed in place, its classes are not.
    prefix
        What goes before ``leaflet/leaflet.js``: where the app serves :func:`asset_folder`.

    Returns
    -------
    drawn
        The same map.

    Raises
    ------
    ExternalLinkError
        If anything on the map brings a link this package has no file for.
    """
    for element in _walk(drawn):
        if isinstance(element, branca.colormap.ColorMap):
            msg = (
                "a branca ColorMap loads d3 from the internet: use gridplan.outputs.drawing.legend"
            )
            raise ExternalLinkError(msg)
        if isinstance(element, folium.TileLayer):
            msg = "a tile layer asks a server for its images: gridplan's maps have none"
            raise ExternalLinkError(msg)
        if isinstance(element, JSCSSMixin):
            # On the instance: folium's lists belong to the class and serve every map there is.
            element.default_js = _local(element, element.default_js, _SCRIPTS, prefix)
            element.default_css = _local(element, element.default_css, _STYLES, prefix)
    return drawn


def _walk(element: Any) -> Iterator[Any]:  # noqa: ANN401  # branca elements of any kind
    yield element
    # Maps that move together keep their maps outside their children.
    halves = [getattr(element, half) for half in ("m1", "m2") if hasattr(element, half)]
    for one in (*halves, *getattr(element, "maps", ())):
        yield from _walk(one)
    for child in getattr(element, "_children", {}).values():
        yield from _walk(child)


def _numbered(drawn: Drawing, page: str) -> str:
    """Name the parts of a page by number, not by chance as folium does: one map, one page."""
    numbers: dict[str, str] = {}
    for element in _walk(drawn.get_root()):
        numbers.setdefault(element._id, f"{len(numbers):032x}")
    # Only these names: what a planner's data holds may look like one.
    return re.sub(r"[0-9a-f]{32}", lambda found: numbers.get(found[0], found[0]), page)


def _local(
    element: object, links: list[tuple[str, str]], known: dict[str, str | None], prefix: str
) -> list[tuple[str, str]]:
    local = []
    for name, url in links:
        if name not in known:
            msg = f"{type(element).__name__} loads {name} from {url}, which does not come along"
            raise ExternalLinkError(msg)
        for part in (name, _AFTER_LEAFLET.get(name, "")):
            file = known.get(part)
            entry = (part, f"{prefix}{file}")
            if file and entry not in local:
                local.append(entry)
    return local


def standalone_html(drawn: Drawing) -> str:
    """
    Give a map as one page that asks nobody for anything.

    Parameters
    ----------
    drawn
        A map of this package, or any folium map whose parts come with it.

    Returns
    -------
    html
        Scripts, styles and images inlined, with a content security policy that forbids the rest.

    Raises
    ------
    ExternalLinkError
        If a link is left.
    """
    localize(drawn, _ASSET)
    page = _numbered(drawn, drawn.get_root().render())
    # Before inlining: leaflet.js itself holds the text of a link to its home page.
    left = re.search(
        r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=["'](?!gridplan-asset:)""", page
    )
    if left:
        msg = f"a link is left in the page: {page[left.start() : left.end() + 80]!r}"
        raise ExternalLinkError(msg)
    page = re.sub(rf'<script src="{_ASSET}([^"]+)"></script>', _script, page)
    page = re.sub(rf'<link rel="stylesheet" href="{_ASSET}([^"]+)"/>', _style, page)
    tag = say("language.tag", getattr(drawn, "lang", ORIGINAL))
    title = inert(getattr(drawn, "page_title", "gridplan"))
    head = (
        f'<head>\n<meta charset="utf-8"/>\n<title>{title}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'
    )
    page = re.sub(r"<html[^>]*>", f'<html lang="{tag}">', page, count=1)
    return page.replace("<head>", head, 1)


def _script(found: re.Match[str]) -> str:
    code = (asset_folder() / found.group(1)).read_text(encoding="utf-8")
    code = re.sub(r"//# sourceMappingURL=.*", "", code).replace("</script", "<\\/script")
    return f"<script>{code}</script>"


def _style(found: re.Match[str]) -> str:
    path = asset_folder() / found.group(1)

    def inline(image: re.Match[str]) -> str:
        name = image.group(1).strip("'\"")
        if name.startswith(("data:", "#")):  # already inline, or old Internet Explorer's behaviour
            return image.group(0)
        file = path.parent / name
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return f"url(data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()})"

    return f"<style>{re.sub(r'url[(]([^)]+)[)]', inline, path.read_text(encoding='utf-8'))}</style>"
