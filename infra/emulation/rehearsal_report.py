"""What a rehearsal prints at its end."""

from collections.abc import Iterator

from infra.emulation.rehearsal import DEPLOYER_POLICY, Rehearsal
from infra.emulation.zip_report import PackageCost


def report_lines(rehearsal: Rehearsal, packages: list[PackageCost]) -> Iterator[str]:
    """The zip, package by package; then rights that were granted, and those that were used."""
    stage = rehearsal.deployment.stage
    yield f"The zip of {stage.name}; the times are this machine's, not Lambda's: compare them with"
    yield "each other. (Python) is the standard library, handler makes the app and its AWS client."
    yield f"{'package':<18}{'MB':>7}{'import ms':>12}"
    for package in packages:
        megabytes = f"{package.zipped_bytes / 1e6:.3f}" if package.zipped_bytes else ""
        yield f"{package.name:<18}{megabytes:>7}{package.import_ms:>12.1f}"
    size = rehearsal.deployment.zip_path.stat().st_size
    yield f"{'all':<18}{size / 1e6:>7.3f}{sum(p.import_ms for p in packages):>12.1f}"
    yield ""
    yield f"The rights of the API ({stage.aws_name}-api)"
    granted, called = rehearsal.rights_of_the_api(), rehearsal.calls_of_the_api()
    for action in sorted({*granted, *called}):
        grant = "granted" if action in granted else "NOT GRANTED"
        yield f"{action:<28}{grant:<12}calls: {called[action]}"
    yield ""
    yield f"All of it was done with the rights in {DEPLOYER_POLICY.name} and no others, but that"
    yield "the emulator wants lambda:CreateFunction for every name."
