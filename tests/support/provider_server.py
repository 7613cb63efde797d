"""A whole OpenID Connect provider (Canaille) with one employee in memory. Its own Python runs it, not the site's.

The first argument is JSON: `port`, `redirect_uri`, `client_id`, `client_secret` and `person`. The line "lock" on
standard input takes the person's account out of use; the end of the input ends the provider.
"""

import datetime
import json
import sys
import threading

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from werkzeug.serving import make_server

HOST = "127.0.0.1"
SCOPES = ["openid", "profile", "email", "groups"]


def main() -> None:
    """Serve until standard input ends."""
    asked = json.loads(sys.argv[1])
    provider = create_app(config=_settings(asked["port"]))
    # This provider vouches for the addresses of its own people; its settings have no place to say so.
    provider.config["CANAILLE_OIDC"]["USERINFO_MAPPING"]["EMAIL_VERIFIED"] = "true"
    now = datetime.datetime.now(datetime.UTC)
    with provider.app_context():
        person = models.User(**asked["person"])
        Backend.instance.save(person)
        group = models.Group(display_name="engineers", members=[person])
        Backend.instance.save(group)
        client = models.Client(
            client_id=asked["client_id"],
            client_secret=asked["client_secret"],
            client_id_issued_at=now,
            client_name="The community",
            client_uri=f"http://{HOST}",
            redirect_uris=[asked["redirect_uri"]],
            grant_types=["authorization_code", "refresh_token"],
            response_types=["code"],
            scope=SCOPES,
            token_endpoint_auth_method="client_secret_basic",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    server = make_server(HOST, asked["port"], provider, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for line in sys.stdin:
        with provider.app_context():
            if line.strip() == "lock":
                person.lock_date = datetime.datetime.now(datetime.UTC)
                Backend.instance.save(person)
            sys.stdout.write("done\n")
            sys.stdout.flush()


def _settings(port: int) -> dict[str, object]:
    return {
        "SECRET_KEY": "a provider that only tests know",
        "SERVER_NAME": f"{HOST}:{port}",
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory", "NAME": "Northwind"},
    }


if __name__ == "__main__":
    main()
