"""The exporter of the report: nbconvert's own, with our template, preprocessors and page. Usable by
itself: `jupyter nbconvert --to growth_claims notebook.ipynb`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import Unicode, default
from traitlets.config import Config

from growth_claims import i18n
from growth_claims.report import markdown, page, preprocess

TEMPLATES = Path(__file__).parent / "templates"


class GrowthClaimsExporter(HTMLExporter):
    """An executed notebook as a page of the report, in one language."""

    export_from_notebook = "Growth claims"
    language = Unicode("en", help="Language of the page: en or ru.").tag(config=True)

    @default("template_name")
    def _template_name_default(self):
        return "growth_claims"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self):
        return [str(TEMPLATES)]

    @property
    def default_config(self):
        own = Config(
            {
                "GrowthClaimsExporter": {
                    "preprocessors": [preprocess.Prose, preprocess.Outputs, preprocess.Code]
                }
            }
        )
        base = super().default_config.copy()
        base.merge(own)
        return base

    @pass_context
    def markdown2html(self, context, source):
        """Markdown by our rules: no mathematics, notes already linked."""
        return markdown.html(source)

    def default_filters(self):
        yield from super().default_filters()
        yield ("markdown2html", self.markdown2html)

    def content(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """What of the notebook stands inside a page, without the notes, which are in `resources`
        (`footnotes`) with what goes elsewhere: `page` (title and description), `apart` (further
        pages), `files`."""
        with i18n.use(self.language):
            self.environment.globals["_"] = i18n._
            html, resources = super().from_notebook_node(nb, resources)
            return preprocess.put_back(str(html), resources.get("kept", [])), resources

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """A whole page by itself, without the report's other pages."""
        html, resources = self.content(nb, resources)
        with i18n.use(self.language):
            body = page.Body.of(html + resources.get("footnotes", ""))
            return page.render(body, page.Place.alone()), resources
