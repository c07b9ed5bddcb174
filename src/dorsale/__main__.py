"""``python -m dorsale`` is ``dorsale``."""

from dorsale.cli import main

main()
