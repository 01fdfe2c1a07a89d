from django.apps import AppConfig
from PIL import Image


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Making our Celery application makes it the current one: without it, hints go to the library's default broker.
        from config import celery  # noqa: F401

        only_safe_decoders()


def only_safe_decoders() -> None:
    """Leave Pillow only the four picture formats we accept, for the whole process.

    Wagtail brings `willow`, whose import registers HEIF and AVIF decoders; any image field would then run them on
    hostile bytes, whatever the file is called.
    """
    import willow  # noqa: F401  (it registers its decoders on import; afterwards they are dropped)

    Image.init()
    allowed = {"PNG", "JPEG", "GIF", "WEBP"}
    Image.ID[:] = [name for name in Image.ID if name in allowed]
    for name in list(Image.OPEN):
        if name not in allowed:
            del Image.OPEN[name]
