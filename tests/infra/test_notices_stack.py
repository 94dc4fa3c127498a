"""The stack of notices, as its template says; and without it, nothing of it."""

import copy
from typing import Any

from backend.table import table_definition
from notices.queue import LONGEST_TRY, WAITS
from tests.infra.templates import NOTICES, STACK, load_template, properties, statements

TEMPLATE = load_template(NOTICES)


def test_turned_off_the_stack_of_payments_is_what_it_is_without() -> None:
    """Of the whole template, one property of one table and one output ask whether it is on."""
    template = load_template(STACK)
    assert template["Parameters"]["Notices"]["Default"] == "off"
    bare = copy.deepcopy(template)
    del bare["Parameters"]["Notices"], bare["Conditions"]["HasNotices"]
    assert bare["Outputs"].pop("LedgerStream")["Condition"] == "HasNotices"
    stream = properties(bare, "Ledger").pop("StreamSpecification")
    assert stream["Fn::If"][0] == "HasNotices"
    assert stream["Fn::If"][2] == {"Ref": "AWS::NoValue"}
    assert "otices" not in repr(bare)
    assert "StreamSpecification" not in repr(bare)


def test_it_may_read_payments_and_write_none() -> None:
    rights = {
        statement["Sid"]: (statement["Action"], str(statement["Resource"]))
        for statement in statements(TEMPLATE)
        if "Resource" in statement
    }
    assert rights["ReadPayments"][0] == "dynamodb:Query"
    assert rights["ReadPayments"][1].endswith("table/${Project}-${Stage}-ledger'}")
    assert rights["ReadWhoIsTold"][0] == ["dynamodb:GetItem", "dynamodb:Scan"]
    writing = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "*")
    for sid, (action, resource) in rights.items():
        if any(str(action).find(word) >= 0 for word in writing) and "dynamodb" in str(action):
            assert sid in ("KeepWhatWasGivenUp", "SeeWhoWasNotTold")
            assert resource == "{'Fn::GetAtt': 'Table.Arn'}"
    assert rights["ReadSecrets"][0] == "ssm:GetParameter"
    assert rights["ReadSecrets"][1].endswith(":parameter/${Project}-${Stage}/notices/*'}")


def test_no_policy_is_everybodys() -> None:
    for resource in TEMPLATE["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Permission":
            assert resource["Properties"]["Principal"] != "*"
            assert resource["Properties"]["SourceArn"]


def test_of_the_ledgers_stream_only_new_payments_and_events_call_it() -> None:
    mapping = properties(TEMPLATE, "FromLedger")
    (only,) = mapping["FilterCriteria"]["Filters"]
    assert '"eventName": ["INSERT"]' in only["Pattern"]
    assert '{"prefix": "PAYMENT#"}' in only["Pattern"]
    assert mapping["BisectBatchOnFunctionError"]
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": "Missed.Arn"}
    # A stream keeps a day: what is older is said to be missed before it is gone.
    assert 3600 < mapping["MaximumRecordAgeInSeconds"] < 86_400


def test_the_queue_keeps_order_and_outlasts_the_longest_try() -> None:
    queue, mapping = properties(TEMPLATE, "Queue"), properties(TEMPLATE, "FromQueue")
    assert queue["FifoQueue"]
    assert queue["MessageRetentionPeriod"] > 2 * LONGEST_TRY.total_seconds()
    assert queue["VisibilityTimeout"] == properties(TEMPLATE, "Function")["Timeout"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # As often as a day has waits, and as often again for those behind the first: far fewer.
    tries = LONGEST_TRY.total_seconds() / WAITS[-1] + len(WAITS)
    assert queue["RedrivePolicy"]["maxReceiveCount"] > 10 * tries
    waits = variables()["WAITS"]["Fn::If"][1]
    assert tuple(map(int, waits.split())) == WAITS


def test_on_aws_nobody_private_is_told() -> None:
    assert variables()["PRIVATE_HOSTS"] == {"Fn::If": ["OnAws", "", "localhost 127.0.0.1"]}


def test_its_table_is_one_that_the_code_knows() -> None:
    definition: dict[str, Any] = {**table_definition("t")}
    del definition["TableName"]
    table = properties(TEMPLATE, "Table")
    assert {key: table[key] for key in definition} == definition


def variables() -> dict[str, Any]:
    found: dict[str, Any] = properties(TEMPLATE, "Function")["Environment"]["Variables"]
    return found
