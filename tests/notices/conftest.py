"""The zip of the notices' Lambda, one for all."""

from pathlib import Path

import pytest

from infra.notices.packing import make_notices_zip
from infra.trial import LAMBDA_PYTHON


@pytest.fixture(scope="session")
def notices_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not LAMBDA_PYTHON.exists():
        pytest.skip("the Lambda's Python is not installed: run make lambda-tools")
    archive = tmp_path_factory.mktemp("notices") / "notices.zip"
    make_notices_zip(archive, LAMBDA_PYTHON)
    return archive
