"""A chart as a picture that stands still: SVG for pages whose policy lets no script of Vega's run."""

from __future__ import annotations

from xml.etree import ElementTree

from pyrometer.reporting.figures import Spec
from pyrometer.reporting.needs import need_charts

SVG = "http://www.w3.org/2000/svg"


def still(spec: Spec, width: int) -> str:
    """The SVG of a chart, `width` pixels broad, in the colours of the page that it stands on, by day and by night.

    It says nothing to those who don't see it: whoever shows it says what it shows. It has no styles, scripts or ids.
    Raises UsageError where the packages that draw charts aren't installed.
    """
    need_charts()
    import vl_convert

    whole = {**spec, "width": width, "config": {**spec.get("config", {}), "aria": False}}
    drawn = ElementTree.fromstring(vl_convert.vegalite_to_svg(whole))
    for element in drawn.iter():
        # Of groups and axes Vega speaks in any case, and names them by what they are made of.
        for name in [name for name in element.attrib if name == "role" or name.startswith("aria-")]:
            del element.attrib[name]
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
    drawn.set("xmlns", SVG)
    drawn.set("aria-hidden", "true")
    return ElementTree.tostring(drawn, encoding="unicode")
