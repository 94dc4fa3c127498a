"""What a roster's text says of `pay_by`, as it is written: what stays of it is written so again."""

from roster.reading import ListNode, MappingNode, Node, TextNode, child, read_yaml, without_bom
from roster.writing import Item


def written_pay_by(text: str) -> dict[str, list[Item]]:
    """The items of `pay_by` in a valid roster's `text`, of each payee that has its own."""
    root, _ = read_yaml(without_bom(text))
    payees = child(root, "payees")
    found = {}
    for entry in payees.items if isinstance(payees, ListNode) else ():
        written, accounts = child(entry, "id"), child(entry, "pay_by")
        if isinstance(written, TextNode) and isinstance(accounts, ListNode):
            found[written.text] = [_written_item(item) for item in accounts.items]
    return found


def _written_item(node: Node) -> Item:
    if isinstance(node, MappingNode):
        return {key: getattr(one, "text", "") for key, (_, one) in node.entries.items()}
    return str(getattr(node, "text", ""))
