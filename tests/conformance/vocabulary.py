"""What the policies of the kit can talk about: a small vocabulary of its own, so that a port needs no other."""

from __future__ import annotations

from typing import Any


def title(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _field(type_: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "title": title(zh, en), **more}


_APPLICATION = {
    "id": _field("text", "编号", "number", required=True),
    "matter": _field("text", "事项", "matter", listed_in="matters", required=True),
    "received_on": _field("date", "收件日", "received on"),
    "accepted_on": _field("date", "受理日", "accepted on"),
    "checked_on": _field("date", "核查日", "checked on"),
    "area": _field("decimal", "面积", "area"),
    "budget": _field("decimal", "预算", "budget"),
    "floors": _field("int", "层数", "floors"),
    "basements": _field("int", "地下层数", "basements"),
    "urgent": _field("bool", "是否紧急", "urgent"),
    "public": _field("bool", "是否公共工程", "public works"),
    "insured": _field("bool", "是否投保", "insured"),
    "small": _field("bool", "是否小型", "small"),
    "purpose": _field(
        "text", "用途", "purpose", values={"home": title("自用", "own use"), "trade": title("经营", "trade")}
    ),
    "note": _field("text", "备注", "note"),
    "remark": _field("text", "说明", "remark"),
    "tags": _field("texts", "标记", "tags"),
}
_ENTRY = {
    "id": _field("text", "编号", "number", required=True),
    "subject": _field("person", "主体", "person", required=True),
    "source": _field("text", "来源", "source", required=True),
    "fetched_at": _field("date", "获取日", "fetched on", required=True),
    "colour": _field("text", "名单性质", "colour", values={"red": title("红", "red"), "black": title("黑", "black")}),
    "category": _field("text", "类别", "category", listed_in="categories"),
    "grade": _field("text", "程度", "grade", values={"minor": title("轻微", "minor"), "serious": title("严重", "serious")}),
    "authority": _field("text", "机关", "authority", values={"court": title("法院", "court"), "tax": title("税务", "tax office")}),
    "amount": _field("decimal", "金额", "amount"),
    "document": _field("text", "文号", "document"),
    "document_date": _field("date", "文书日期", "date of the document"),
    "effective_from": _field("date", "有效期起", "first day"),
    "valid_to": _field("date", "有效期止", "last day"),
    "status": _field(
        "text", "状态", "status",
        values={s: title(s, s) for s in ("active", "disputed", "suspended", "repaired", "removed")},
    ),
    "status_since": _field("date", "现状态起始日", "present status since"),
    "repaired_on": _field("date", "修复日", "repaired on"),
    "suspended_until": _field("date", "暂停截止日", "suspended until"),
}  # fmt: skip
_STATUSES = {
    "active": title("在列", "in force"), "disputed": title("异议处理中", "disputed"), "suspended": title("暂停", "suspended"),
    "repaired": title("已修复", "repaired"), "removed": title("已移出", "removed"),
}  # fmt: skip
_STAGES = {
    "received": title("已收件", "received"), "accepted": title("已受理", "accepted"), "granted": title("已准予", "granted"),
}  # fmt: skip


def vocabulary(cap: str) -> dict[str, Any]:
    """The vocabulary whose cap leaves that measure of a burden that no law covers; `none` leaves nothing."""
    return {
        "language": 1, "vocabulary": "kit" if cap != "none" else "kit_without_cap",
        "kinds": {
            "application": {
                "title": title("申请", "application"), "decided": True, "key": "id", "matter": "matter", "fields": _APPLICATION,
                "history": {
                    "statuses": _STAGES, "steps": {"received": "received_on", "accepted": "accepted_on"}, "complete": True,
                },
            },
            "subject": {
                "title": title("主体", "subject"), "person": True,
                "fields": {"kind": _field("text", "类型", "kind", values={"legal": title("法人", "legal"), "natural": title("自然人", "natural")})},
            },
            "entry": {
                "title": title("名单记录", "entry"), "many": "entries", "held_by": "subject", "key": "id", "source": "source",
                "fetched": "fetched_at", "ends": "valid_to", "fields": _ENTRY,
                "history": {
                    "statuses": _STATUSES, "present": "status", "since": "status_since",
                    "dated_by": {"active": "effective_from", "repaired": "repaired_on"}, "ends": {"suspended": "suspended_until"},
                    "known_by": "fetched_at", "over": ["repaired", "removed"],
                },
            },
        },
        "roles": {"legal_representative": title("法定代表人", "legal representative"), "actual_controller": title("实际控制人", "actual controller")},
        "words": {"categories": {"tax": title("税收", "tax"), "wages": title("工资", "wages"), "honest": title("守信", "honest")}},
        "matters": {
            "permit": {"title": title("许可", "permit"), "kind": "licence"},
            "filing": {"title": title("备案", "filing"), "kind": "filing"},
            "licence": {"title": title("资质", "licence"), "kind": "qualification"},
        },
        "measures": {
            "deny": {"title": title("不予许可", "deny"), "group": "burden", "rank": 30},
            "restrict": {"title": title("限制", "restrict"), "group": "burden", "rank": 20},
            "hold": {"title": title("暂缓", "hold"), "group": "burden", "rank": 20},
            "review": {"title": title("从严审核", "review"), "group": "burden", "rank": 10},
            "fast": {"title": title("容缺受理", "accept at once"), "group": "facilitation", "rank": 20},
            "early": {"title": title("绿色通道", "serve first"), "group": "facilitation", "rank": 10},
            "notify": {"title": title("告知", "notify"), "group": "procedural", "arguments": {"to": "text", "until": "date"}},
            "advise": {"title": title("提示", "advise"), "group": "advice"},
        },
        "cap": cap,
        "ordinary": {"application": {"outcome": "normal", "title": title("正常办理", "normal")}},
        "undetermined": title("待核实", "undetermined"), "not_applicable": title("不适用", "not applicable"),
    }  # fmt: skip
