"""`python -m containers` prepares the volumes and the object store of `compose.yaml`.

Environment: NAVETTE_DIRECTORY, NAVETTE_PORTS (file), NAVETTE_ORIGIN, NAVETTE_PKI_URL, NAVETTE_STORE (`host:port`),
NAVETTE_STORE_USER, NAVETTE_PASSWORD.
"""

import os
from pathlib import Path

from containers.prepare import Store, prepare_files, prepare_store


def main() -> None:
    told = os.environ
    directory, ports = Path(told["NAVETTE_DIRECTORY"]), Path(told["NAVETTE_PORTS"])
    prepare_files(directory, ports, told["NAVETTE_ORIGIN"], told["NAVETTE_PKI_URL"])
    prepare_store(Store(told["NAVETTE_STORE"], told["NAVETTE_STORE_USER"], told["NAVETTE_PASSWORD"]))


if __name__ == "__main__":
    main()
