"""A leaf -> an event of the Open Cybersecurity Schema Framework, version 1.7.0: for those who watch many systems.

Entries are Datastore Activity (6005), alerts are Detection Findings (2004). An event says what the leaf says and no
more: people are commitments. What the framework has no name for stands under ``unmapped``, in the leaf's own words.
"""

from collections.abc import Mapping
from typing import Any

from gateway.ledger.proof.canonical import read
from gateway.ledger.proof.tree import leaf_hash

VERSION = "1.7.0"
PRODUCT = "credit-gateway"

_READ, _UPDATE, _QUERY = 1, 2, 4
_CREATED = 1
_ACTIVITY_OF_KIND = {"read-log": _READ, "admin": _UPDATE, "key": _UPDATE, "consent": _UPDATE}
_INFORMATIONAL, _LOW, _HIGH = 1, 2, 4
_SUCCESS, _FAILURE = 1, 2
_DATABASE_OTHER, _USER_TYPE = 99, 1
_MAPPED = ("id", "t", "v")


def event(leaf: bytes, index: int) -> Mapping[str, Any]:
    """The event of the leaf at ``index`` of its shard."""
    told = read(leaf)
    if not isinstance(told, Mapping):
        raise ValueError("a leaf is an object")
    made = _alert(told) if told["kind"] == "alert" else _activity(told)
    return {
        **made,
        "metadata": {
            "version": VERSION,
            "product": {"name": PRODUCT},
            "uid": told["id"],
            "sequence": index,
            "log_version": str(told["v"]),
        },
        "time": told["t"],
        "unmapped": {
            **{key: value for key, value in told.items() if key not in _MAPPED},
            "leaf_hash": leaf_hash(leaf).hex(),
        },
    }


def _activity(told: Mapping[str, Any]) -> Mapping[str, Any]:
    activity = _ACTIVITY_OF_KIND.get(told["kind"], _UPDATE if told["action"] == "mutation" else _QUERY)
    refused = told["decision"]["result"] == "deny"
    query = told.get("query")
    return {
        **_class(6005, activity),
        "severity_id": _LOW if refused else _INFORMATIONAL,
        "status_id": _FAILURE if refused else _SUCCESS,
        "actor": _actor(told),
        "count": told["decision"]["times"],
        "database": {"name": PRODUCT, "type_id": _DATABASE_OTHER},
        "src_endpoint": _endpoint(told),
        **({} if query is None else {"query_info": _query(query)}),
        **({"status_detail": " ".join(told["decision"]["reasons"])} if refused else {}),
    }


def _alert(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        **_class(2004, _CREATED),
        "severity_id": _HIGH,
        "status_id": 1,  # new
        "finding_info": {"uid": told["id"], "title": told["action"]},
    }


def _class(uid: int, activity: int) -> Mapping[str, int]:
    return {
        "activity_id": activity,
        "category_uid": uid // 1000,
        "class_uid": uid,
        "type_uid": uid * 100 + activity,
    }


def _actor(told: Mapping[str, Any]) -> Mapping[str, Any]:
    operator = told.get("operator")
    user = {} if operator is None else {"user": {"uid": operator["c"], "type_id": _USER_TYPE}}
    return {"app_name": told["principal"], **user}


def _endpoint(told: Mapping[str, Any]) -> Mapping[str, Any]:
    address = told.get("client", {}).get("address")
    return {"name": told["principal"], **({} if address is None else {"uid": address})}


def _query(query: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document stands for itself by its digest; the log has no more of it."""
    normalised = query["demand"] or query["doc"]
    return {"query_string": f"sha256:{query['doc']}", "uid": normalised}
