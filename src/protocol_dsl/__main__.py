"""``python -m protocol_dsl``."""

from protocol_dsl.apps.cli import main

if __name__ == "__main__":
    main()
