"""The least that Flask can do: what every figure is compared with."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Eleven bytes."""
    return "Hello world"
