"""Keys that a site makes for itself at its first start. No Django here: settings ask for them."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def make_signing_key() -> str:
    """The RSA key (PKCS 8, PEM) that signs who somebody is, for sites where our members sign in."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
