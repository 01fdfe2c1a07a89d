"""A shop's OpenID Connect service on this computer: discovery, token with PKCE, userinfo, keys."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """`people`: claims by code. A code is good once, with the verifier of the challenge it was given for."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.challenges: dict[str, str] = {}
        self.token_changes: dict[str, Any] = {}
        self.told_changes: dict[str, Any] = {}
        self.asked: list[str] = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                if self.path.endswith("/openid-configuration"):
                    self.say(issuer.description())
                elif self.path == "/userinfo":
                    code = self.headers["Authorization"].removeprefix("Bearer access-")
                    self.say(issuer.people[code] | issuer.told_changes)
                else:
                    self.say({}, 404)

            def do_POST(self) -> None:
                issuer.asked.append(self.path)
                form = {
                    k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
                }
                code = form.get("code", "")
                challenge = base64.urlsafe_b64encode(
                    hashlib.sha256(form.get("code_verifier", "").encode()).digest()
                ).rstrip(b"=")
                right = form.get("client_id") == "laoyou" and form.get("client_secret") == "shared"
                if code not in issuer.people or issuer.challenges.pop(code, None) != challenge.decode() or not right:
                    self.say({"error": "invalid_grant"}, 400)
                    return
                now = int(time.time())
                claims = {
                    "iss": issuer.url,
                    "aud": "laoyou",
                    "iat": now,
                    "exp": now + 300,
                    **issuer.people[code],
                    **issuer.token_changes,
                }
                self.say(
                    {
                        "access_token": f"access-{code}",
                        "token_type": "Bearer",
                        "id_token": jwt.encode(claims, KEY, "RS256"),
                    }
                )

            def say(self, body: Any, status: int = 200) -> None:
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo", "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }  # fmt: skip

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
