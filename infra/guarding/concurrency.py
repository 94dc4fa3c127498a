"""How many Lambdas of a stage may run at once, where the account has any to reserve."""

from typing import TYPE_CHECKING

from infra.stage import Stage

if TYPE_CHECKING:
    from boto3 import Session

RESERVED = 100  # as many as requests that an HTTP API lets through in a second
_LEFT_TO_OTHERS = 100  # AWS takes no reservation that leaves fewer


def reserve(session: "Session", stage: Stage) -> str:
    """Keep so many for this stage and no more, so that neither another Lambda's flood stops its
    payments nor its own another's; says what holds. A new account has ten altogether, of which
    AWS lets none be reserved."""
    if stage.lambda_concurrency is not None:
        return f"At most {stage.lambda_concurrency} Lambdas at once, as lambda_concurrency says."
    client = session.client("lambda")
    limits = client.get_account_settings()["AccountLimit"]
    found = client.get_function_concurrency(FunctionName=stage.aws_name)
    free = limits["UnreservedConcurrentExecutions"] + found.get("ReservedConcurrentExecutions", 0)
    if free - RESERVED < _LEFT_TO_OTHERS:
        return (
            f"As many Lambdas at once as the account has, {limits['ConcurrentExecutions']}: too "
            "few to reserve some. Ask for 1000 “Concurrent executions” in Service Quotas."
        )
    client.put_function_concurrency(
        FunctionName=stage.aws_name, ReservedConcurrentExecutions=RESERVED
    )
    return f"At most {RESERVED} Lambdas at once, and these are reserved for this stage."
