"""What `[second_opinion]` of settings.toml may say: a language model asked for what the rules did not find.

Nothing here holds a secret: `api_key_env` and `api_key_file` say where one is. They are not validated when the file is
read, because an error of validation shows the value, and somebody will paste the key itself.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from breachwire.settings.strict import Strict

OpinionField = Literal[
    "victim",
    "sector",
    "country",
    "attack_type",
    "claim_status",
    "threat_actor",
    "malware",
    "records",
    "data_type",
    "ransom",
    "began_on",
]
ALL_FIELDS: tuple[OpinionField, ...] = (
    "victim",
    "sector",
    "country",
    "attack_type",
    "claim_status",
    "threat_actor",
    "malware",
    "records",
    "data_type",
    "ransom",
    "began_on",
)


class SecondOpinion(Strict):
    """Whether and how a language model is asked about kept articles. See docs/second-opinion.md."""

    enabled: bool = Field(False, description="off: not one request is made and no row differs")
    endpoint: str = Field(
        "http://127.0.0.1:11434/v1",
        pattern=r"^https?://",
        description="base address of an OpenAI-compatible service, up to and with /v1; no key, user or query in it",
    )
    model: str = Field(
        "", validate_default=True, description="the model's name at that endpoint; needed where enabled is true"
    )
    api_key_env: str = Field(
        "", description="name of the environment variable that holds the key; none is sent if empty"
    )
    api_key_file: str = Field("", description="or a file that holds the key alone, outside of config/ and data/")
    mode: Literal["fill", "weigh"] = Field(
        "fill", description="fill: only where no rule found a value; weigh: its values compete with those of the rules"
    )
    fields: tuple[OpinionField, ...] = Field(ALL_FIELDS, min_length=1, description="the facts that it may state")
    confidence: float = Field(
        0.5, gt=0, le=0.7, description="how sure each of its values counts; a sure rule's counts 0.8 to 0.95"
    )
    timeout_s: float = Field(60.0, gt=0, le=900, description="seconds that one article may take, retries included")
    concurrency: int = Field(2, ge=1, le=32, description="articles asked about at once")
    max_articles: int = Field(200, ge=0, description="articles asked about in a night, started again or not")
    max_age_days: float = Field(3.0, gt=0, description="articles fetched earlier than this are not asked about")
    max_characters: int = Field(12000, ge=500, le=200_000, description="characters of a body that are sent")
    max_output_tokens: int = Field(2000, ge=100, le=32_000, description="tokens that one answer may have")
    price_per_million_input_tokens: float = Field(0.0, ge=0, description="for the cost in runs.counts; any currency")
    price_per_million_output_tokens: float = Field(0.0, ge=0, description="for the cost in runs.counts; same currency")

    @field_validator("model")
    @classmethod
    def _named(cls, model: str, info: ValidationInfo) -> str:
        if info.data.get("enabled") and not model.strip():
            raise ValueError("a second opinion that is enabled needs the name of a model")
        return model.strip()
