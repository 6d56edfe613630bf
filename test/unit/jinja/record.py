"""Records how Python renders the templates of fixtures/constructs.json, in fixtures/renderings.json.

Needs the packages of training/requirements.lock:  python test/unit/jinja/record.py
"""

import datetime
import json
from pathlib import Path

import jinja2
import transformers
from transformers.utils import chat_template_utils

FIXTURES = Path(__file__).parent / "fixtures"


class FixedDate(datetime.datetime):
    """The date that prompts are rendered on, instead of today's."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "FixedDate":
        """Friday, 26 July 2024."""
        return cls(2024, 7, 26, tzinfo=tz)


def rendering(template: str, variables: dict[str, object]) -> dict[str, str]:
    """The text, or the error that transformers raises."""
    try:
        compiled = chat_template_utils._compile_jinja_template(template)  # noqa: SLF001
        return {"text": compiled.render(**variables)}
    except Exception as error:  # noqa: BLE001 -- templates raise errors of every type
        return {"error": str(error)}


chat_template_utils.datetime = FixedDate
constructs = json.loads((FIXTURES / "constructs.json").read_text("utf-8"))
usual = json.loads((FIXTURES / "variables.json").read_text("utf-8"))
recorded = {
    "versions": {"jinja2": jinja2.__version__, "transformers": transformers.__version__},
    "renderings": {
        name: rendering(construct["template"], {**usual, **construct.get("variables", {})})
        for name, construct in constructs.items()
    },
}
text = json.dumps(recorded, indent=1, ensure_ascii=False) + "\n"
(FIXTURES / "renderings.json").write_text(text, "utf-8")
