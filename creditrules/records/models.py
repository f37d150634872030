"""The typed records of the construction vocabulary: what an approval platform and a credit platform know about whom.

Every field may be absent or `None`, which always means *not known*, except where a record could not be told from another
without it. What is known to be none is said: an empty list, the words `open` and `pending` for a date, `none` for an object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ModelWrapValidatorHandler, Tag, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from creditrules.diagnostics import Text, mask
from creditrules.records import identifiers
from creditrules.records.identifiers import is_whole, of_18_digits, remarks
from creditrules.records.schema import Supplier, Told
from creditrules.records.values import (
    MOST_ITEMS,
    TEXT_OR_OTHER,
    Code,
    CodeText,
    Date,
    Flag,
    Money,
    Named,
    Numbered,
    OpenDate,
    OrgCode,
    PermitNo,
    ProjectCode,
    Str,
    Uscc,
    Whole,
    refuse,
)


@dataclass(frozen=True)
class About:
    """What a field means to people: its titles, who can supply it, whether rules may read it, to whom it is told."""

    zh: str
    en: str
    by: Supplier = "register"
    personal: bool = False
    remedy: bool = False
    unit: Text | None = None
    words: dict[str, Text] = field(default_factory=dict)
    listed_in: str = ""
    told: Told = ""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The titles, so that an editor shows what a field means."""
        return handler(schema) | {"title": self.zh, "description": self.en}


def words(**titles: tuple[str, str]) -> dict[str, Text]:
    """The titles of an enumeration's members."""
    return {word: Text(*title) for word, title in titles.items()}


class Record(BaseModel):
    """What all records share: frozen, closed, masked when printed."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True, serialize_by_alias=True
    )

    def __repr_args__(self) -> Any:
        # Names and codes of persons stay out of logs and tracebacks; what is left tells records apart.
        found = [(n, v) for n, v in super().__repr_args__() if v is not None and n != "name"]
        return [(n, mask(v) if type(v) is str else v) for n, v in found]


class Party(Record):
    """A person as others name it: a code that identifies it, and a name that never does."""

    name: Annotated[Named | None, About("名称", "name", personal=True)] = None
    uscc: Annotated[Uscc | None, About("统一社会信用代码", "unified social credit code", personal=True)] = None
    org_code: Annotated[OrgCode | None, About("组织机构代码", "organisation code", personal=True)] = None
    id_type: Annotated[
        Literal["resident_id", "residence_permit", "permanent_residence", "passport", "other"],
        About("证件类型", "kind of identity document", personal=True),
    ] = "resident_id"
    id_no: Annotated[CodeText | None, About("证件号码", "number of the identity document", personal=True)] = None

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if sum(code is not None for code in (self.uscc, self.org_code, self.id_no)) != 1:
            raise refuse(
                "CR-R020", Text("主体须有且只有一个代码", "a person needs exactly one code"),
                Text("填 uscc、org_code 或 id_no；名称不能识别主体", "give `uscc`, `org_code` or `id_no`; a name identifies nobody"),
            )  # fmt: skip
        if self.id_no is not None:
            wrong = next((r for r in remarks(self.id_no, self.id_kind) if r.refuses), None)
            if wrong is not None:
                raise refuse(wrong.code, wrong.message, wrong.hint, at=("id_no",))
        return self

    @property
    def id_kind(self) -> identifiers.Kind:
        """How `id_no` is judged: residence permits are of the structure of resident IDs, others of none that is known."""
        return self.id_type if self.id_type in ("resident_id", "residence_permit") else "other"

    @property
    def code(self) -> Code:
        """The identity by which records are matched: one for each spelling and generation of a number.

        A resident ID of 15 digits is the one of 18 that took its place. A number whose digits and check digit are those of a
        resident ID, a residence permit (81, 82, 83) or a unified social credit code is that, whatever a register calls it.
        """
        if self.uscc is not None or self.org_code is not None:
            return Code(f"uscc:{self.uscc}" if self.uscc is not None else f"org_code:{self.org_code}")
        number = of_18_digits(str(self.id_no))
        if is_whole(number, "resident_id"):
            return Code(f"{'residence_permit' if number.startswith(('81', '82', '83')) else 'resident_id'}:{number}")
        return Code(f"uscc:{number}" if is_whole(number, "uscc") else f"{self.id_type}:{number}")


SUBJECT_KINDS = words(
    legal=("法人", "legal person"), unincorporated=("非法人组织", "unincorporated organisation"),
    individual_business=("个体工商户", "individual business"), natural=("自然人", "natural person"),
)  # fmt: skip


class Subject(Party):
    """The person decided upon: the applicant, or the person against whom a finding was made."""

    kind: Annotated[
        Literal["legal", "unincorporated", "individual_business", "natural"] | None,
        About("主体类型", "kind of person", by="applicant", words=SUBJECT_KINDS),
    ] = None


ROLES = words(
    legal_representative=("法定代表人", "legal representative"), principal=("主要负责人", "principal"),
    actual_controller=("实际控制人", "actual controller"),
    directly_responsible=("影响债务履行的直接责任人员", "person directly responsible for the debt"), other=("其他关系人", "other related person"),
)  # fmt: skip


class Relation(Record):
    """`person` is `role` of `of`, from a day to an inclusive last day (`open` while it lasts)."""

    person: Annotated[Party, About("关系人", "person", personal=True)]
    role: Annotated[
        Literal["legal_representative", "principal", "actual_controller", "directly_responsible", "other"],
        About("职务或关系", "role", words=ROLES),
    ]
    of: Annotated[Party, About("所属主体", "of whom", personal=True)]
    valid_from: Annotated[OpenDate | None, About("关系起始日", "first day of the relation")] = None
    valid_to: Annotated[OpenDate | None, About("关系终止日", "last day of the relation", remedy=True)] = None
    source: Annotated[Str | None, About("来源", "source")] = None
    evidenced: Annotated[Flag | None, About("关系是否有证据", "whether the relation is evidenced")] = None
    shareholder: Annotated[Flag | None, About("是否为股东", "whether the person is a shareholder")] = None


MANY = Field(max_length=MOST_ITEMS)
Strs = Annotated[tuple[Str, ...], MANY]
Codes = Annotated[tuple[CodeText, ...], MANY]


class Step(Record):
    """A status that a record had from a day on, until the next step begins or its own last day has passed.

    Each kind of record narrows `status` to the statuses that it knows.
    """

    status: str
    from_: OpenDate | None = Field(default=None, alias="from")
    until: OpenDate | None = None
    document: Str | None = None


class Pledge(Record):
    """The applicant's promise to supply secondary material later."""

    signed_on: Annotated[
        OpenDate | None, About("承诺签署日", "day on which the promise was signed", by="applicant", remedy=True)
    ] = None
    due_on: Annotated[OpenDate | None, About("补正期限", "day by which the material is due", by="case_file")] = None


class Permission(Record):
    """A court's permission to a consumption-restricted person."""

    document: Annotated[Str | None, About("法院准许文书", "the court's document", personal=True)] = None
    dated: Annotated[
        OpenDate | None, About("法院准许日期", "date of the court's permission", by="applicant", remedy=True)
    ] = None


class Material(Record):
    """One paper of the application's file."""

    name: Str
    primary: Flag
    present: Flag | None = None


MATTER_KINDS = words(
    licence=("许可", "licence"), filing=("备案", "filing"), service=("服务", "service"), qualification=("资质", "qualification"), penalty=("处罚", "penalty"),
)  # fmt: skip
WORK_TYPES = words(
    new=("新建", "new building"), extension=("扩建", "extension"), alteration=("改建", "alteration"), fitout=("装修", "fit-out"),
    demolition=("拆除", "demolition"), none=("无建设内容", "no building works"),
)  # fmt: skip
PURPOSES = words(consumption=("非生活和工作必需的消费", "non-essential consumption"), operating=("经营", "operation"))
APPLICATION_STATUSES = words(
    received=("已收件", "received"), accepted=("已受理", "accepted"), granted=("已准予", "granted"), refused=("不予许可", "refused"),
    withdrawn=("已撤回", "withdrawn"),
)  # fmt: skip
APPLICATION_KINDS = words(
    first=("首次申请", "first grant"),
    upgrade=("升级", "upgrade"),
    addition=("增项", "addition"),
    renewal=("延续", "renewal"),
)


class ApplicationStep(Step):
    """A step of the history of an application."""

    status: Literal["received", "accepted", "granted", "refused", "withdrawn"]


class Application(Record):
    """One application for one matter, pending or already decided."""

    id: Annotated[Numbered, About("办件编号", "number of the application")]
    matter: Annotated[Numbered, About("事项", "matter", by="case_file", listed_in="matters")]
    matter_kind: Annotated[
        Literal["licence", "filing", "service", "qualification", "penalty"] | None,
        About("事项类型", "kind of matter", by="case_file", words=MATTER_KINDS),
    ] = None
    kind: Annotated[
        Literal["first", "upgrade", "addition", "renewal"] | None,
        About("申请类型", "kind of application", by="applicant", words=APPLICATION_KINDS),
    ] = None
    received_on: Annotated[Date, About("收件日", "day of receipt", by="case_file")]
    accepted_on: Annotated[OpenDate | None, About("受理日", "day of acceptance", by="case_file")] = None
    accepted_how: Annotated[Str | None, About("受理方式", "how it was accepted", by="case_file", personal=True)] = None
    complete_on: Annotated[
        OpenDate | None, About("材料齐全日", "day on which the file was complete", by="case_file")
    ] = None
    history: Annotated[tuple[ApplicationStep, ...], MANY] | None = None
    decided_by_own: Annotated[
        Flag | None,
        About("是否由本审批机关决定", "whether the deciding bureau itself decides the matter", by="case_file"),
    ] = None
    project_code: Annotated[ProjectCode | None, About("项目代码", "project code", by="applicant", personal=True)] = None
    permit_no: Annotated[PermitNo | None, About("许可证编号", "permit number", by="case_file", personal=True)] = None
    work_type: Annotated[
        Literal["new", "extension", "alteration", "fitout", "demolition", "none"] | None,
        About("建设类型", "type of works", by="applicant", words=WORK_TYPES),
    ] = None
    luxury_fitout: Annotated[
        Flag | None, About("是否高档装修", "whether it is luxury fit-out", by="officer_judgement")
    ] = None
    purpose: Annotated[
        Literal["consumption", "operating"] | None,
        About("房屋用途", "purpose of the building", by="officer_judgement", words=PURPOSES),
    ] = None
    area_m2: Annotated[Money | None, About("建筑面积", "floor area", by="applicant", unit=Text("平方米", "m²"))] = None
    investment_cny: Annotated[
        Money | None, About("工程投资额", "investment", by="applicant", unit=Text("元", "yuan"))
    ] = None
    tags: Annotated[Strs | None, About("工程类别标记", "tags of the works", by="case_file", listed_in="tags")] = None
    materials: Annotated[tuple[Material, ...], MANY] | None = None
    missing_primary: Annotated[
        Strs | None, About("缺少的主要材料", "primary papers that are missing", by="case_file")
    ] = None
    missing_secondary: Annotated[
        Strs | None, About("缺少的次要材料", "secondary papers that are missing", by="case_file")
    ] = None
    tolerance_pledge: (
        Annotated[Annotated[Pledge, Tag("other")] | Annotated[Literal["none"], Tag("text")], TEXT_OR_OTHER] | None
    ) = None
    pledge_kept: Annotated[Flag | None, About("承诺是否履行", "whether the promise was kept", by="case_file")] = None
    court_permission: (
        Annotated[Annotated[Permission, Tag("other")] | Annotated[Literal["none"], Tag("text")], TEXT_OR_OTHER] | None
    ) = None

    @model_validator(mode="wrap")
    @classmethod
    def _missing_from_materials(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """What is missing follows from the list of papers, where that list is given and says of each whether it is there."""
        made = handler(data)
        found: dict[str, tuple[str, ...]] = {}
        for name, primary in (("missing_primary", True), ("missing_secondary", False)):
            papers = [m for m in made.materials or () if m.primary is primary]
            if made.materials is None or any(m.present is None for m in papers):
                continue
            listed = tuple(m.name for m in papers if not m.present)
            given = getattr(made, name)
            if given is not None and sorted(given) != sorted(listed):
                raise refuse(
                    "CR-R021", Text(f"`{name}` 与 `materials` 不一致", f"`{name}` and `materials` disagree"), at=(name,)
                )
            found[name] = given if given is not None else listed
        return made.model_copy(update=found) if found else made


COLOURS = words(red=("红名单", "red list"), black=("黑名单", "black list"), watch=("重点关注名单", "watch list"))
ENTRY_STATUSES = words(
    active=("在列", "in force"), disputed=("异议处理中", "objection pending"), suspended=("暂停", "suspended"),
    repaired=("已修复", "repaired"), removed=("已移出", "removed"), revoked=("已撤销", "revoked"),
)  # fmt: skip
GRADES = words(minor=("轻微", "minor"), general=("一般", "general"), serious=("严重", "serious"))
BODIES = words(
    court=("人民法院", "court"), tax=("税务机关", "tax authority"), housing_construction=("住房和城乡建设部门", "housing and construction authority"),
    human_resources=("人力资源社会保障部门", "human resources authority"), state_organ=("其他国家机关", "other state organ"),
    other=("非国家机关", "not a state organ"),
)  # fmt: skip
LEVELS = words(
    national=("国家", "national"),
    provincial=("省级", "provincial"),
    municipal=("市级", "municipal"),
    county=("县级", "county"),
    below=("县级以下", "below county"),
)


class Authority(Record):
    """Who recognised: its name, its kind and level, and whether it is the deciding bureau itself."""

    name: Annotated[Str | None, About("认定机关", "recognising authority", personal=True, told="described")] = None
    code: Annotated[CodeText | None, About("认定机关代码", "code of the authority", personal=True)] = None
    body: Annotated[
        Literal["court", "tax", "housing_construction", "human_resources", "state_organ", "other"] | None,
        About("认定机关类别", "kind of authority", words=BODIES),
    ] = None
    level: Annotated[
        Literal["national", "provincial", "municipal", "county", "below"] | None,
        About("认定机关层级", "level of the authority", words=LEVELS),
    ] = None
    own: Annotated[Flag | None, About("是否由本审批机关认定", "whether the deciding bureau itself recognised it")] = (
        None
    )
    elsewhere: Annotated[
        Flag | None,
        About("是否为外地机关", "whether the authority belongs to another city or province"),
    ] = None


class EntryStep(Step):
    """A step of the history of an entry."""

    status: Literal["active", "disputed", "suspended", "repaired", "removed", "revoked"]


class ListEntry(Record):
    """A record on a red or black list: whose, of which category, by whom, from when to when, and what became of it."""

    id: Annotated[Numbered, About("名单记录编号", "number of the entry")]
    colour: Annotated[
        Literal["red", "black", "watch"] | None, About("名单性质", "colour of the list", words=COLOURS, told="named")
    ] = None
    category: Annotated[Str | None, About("名单类别", "category of the list", listed_in="categories", told="named")] = (
        None
    )
    subject: Annotated[Party, About("列入主体", "listed person", personal=True)]
    authority: Annotated[Authority, About("认定机关", "authority", personal=True)] = Authority()
    basis_documents: Annotated[Strs | None, About("认定文书", "documents of recognition", told="named")] = None
    document_date: Annotated[
        OpenDate | None, About("认定文书日期", "date of the document of recognition", told="described")
    ] = None
    effective_from: Annotated[OpenDate | None, About("有效期起", "first day of validity", told="described")] = None
    valid_to: Annotated[OpenDate | None, About("有效期止", "last day of validity", told="described")] = None
    status: Annotated[
        Literal["active", "disputed", "suspended", "repaired", "removed", "revoked"] | None,
        About("状态", "status", remedy=True, words=ENTRY_STATUSES),
    ] = None
    status_since: Annotated[OpenDate | None, About("现状态起始日", "day from which the present status holds")] = None
    repaired_on: Annotated[OpenDate | None, About("修复日期", "day of repair", remedy=True)] = None
    suspended_until: Annotated[OpenDate | None, About("暂停截止日", "last day of the suspension")] = None
    correction_on: Annotated[OpenDate | None, About("纠正日期", "day of correction", remedy=True)] = None
    history: Annotated[tuple[EntryStep, ...], MANY] | None = None
    on_national_platform: Annotated[Flag | None, About("是否在全国平台", "whether it is on the national platform")] = (
        None
    )
    request_id: Annotated[Str | None, About("查询请求号", "id of the request that delivered it")] = None
    prior_notice: Annotated[Flag | None, About("列入前是否已告知当事人", "whether notice was given before listing")] = (
        None
    )
    grade: Annotated[
        Literal["minor", "general", "serious"] | None, About("失信程度", "grade", words=GRADES, told="described")
    ] = None
    ground: Annotated[Str | None, About("列入情形", "ground of listing", listed_in="grounds", told="described")] = None
    extension_years: Annotated[Whole | None, About("延长年数", "years of extension", unit=Text("年", "years"))] = None
    source: Annotated[Str, About("来源", "source", told="described")]
    fetched_at: Annotated[Date, About("获取日期", "day on which it was fetched")]


CAPACITIES = words(applicant=("申请人", "applicant"), permittee=("被许可人", "permittee"))
CONDUCTS = words(
    deception=("欺骗", "deception"), bribery=("贿赂", "bribery"), other_improper=("其他不正当手段", "other improper means"),
    concealment=("隐瞒有关情况", "concealment"), false_material=("提供虚假材料", "false material"), refusal=("拒绝提供真实材料", "refusal of true material"),
)  # fmt: skip
PHASES = words(application=("申请阶段", "application"), supervision=("监督检查阶段", "supervision"))
FINDING_STATUSES = words(
    suspected=("涉嫌", "suspected"),
    noticed=("已告知", "noticed"),
    effective=("已生效", "effective"),
    changed=("已变更", "changed"),
    revoked=("已撤销", "revoked"),
)


class FindingStep(Step):
    """A step of the history of a finding."""

    status: Literal["suspected", "noticed", "effective", "changed", "revoked"]


class Finding(Record):
    """Misconduct that the deciding bureau itself recognised: who, in which capacity, about which application or licence."""

    id: Annotated[Numbered, About("认定编号", "number of the finding")]
    subject: Annotated[Party, About("被认定主体", "person", personal=True)]
    capacity: Annotated[
        Literal["applicant", "permittee"] | None,
        About("身份", "capacity", by="case_file", words=CAPACITIES, told="described"),
    ] = None
    application: Annotated[Str | None, About("所涉办件", "application concerned", by="case_file")] = None
    permit_no: Annotated[
        PermitNo | None, About("所涉许可证编号", "permit concerned", by="case_file", personal=True)
    ] = None
    matter: Annotated[
        Str | None, About("所涉事项", "matter concerned", by="case_file", listed_in="matters", told="described")
    ] = None
    conduct: Annotated[
        Literal["deception", "bribery", "other_improper", "concealment", "false_material", "refusal"] | None,
        About("行为", "conduct", by="case_file", words=CONDUCTS, told="named"),
    ] = None
    phase: Annotated[
        Literal["application", "supervision"] | None, About("阶段", "phase", by="case_file", words=PHASES)
    ] = None
    history: Annotated[tuple[FindingStep, ...], MANY] | None = None
    document_no: Annotated[Str | None, About("文书号", "document number", by="case_file", told="named")] = None
    decided_on: Annotated[
        OpenDate | None, About("认定日期", "day of the decision", by="case_file", told="described")
    ] = None
    served_on: Annotated[OpenDate | None, About("送达日期", "day of service", by="case_file", told="described")] = None
    refused_on: Annotated[OpenDate | None, About("不予许可日期", "day of refusal", by="case_file")] = None
    effective_on: Annotated[
        OpenDate | None, About("生效日期", "day on which it took effect", by="case_file", told="described")
    ] = None
    public_safety: Annotated[
        Flag | None,
        About("是否直接关系公共安全", "whether public safety is directly concerned", by="officer_judgement"),
    ] = None
    reasoned: Annotated[Flag | None, About("认定是否说明理由", "whether the finding gives reasons", by="case_file")] = (
        None
    )
    grave_public_harm: Annotated[
        Flag | None,
        About(
            "撤销是否可能对公共利益造成重大损害",
            "whether revocation could gravely harm the public interest",
            by="officer_judgement",
        ),
    ] = None


class SourceAnswer(Record):
    """That a feed was asked about some codes: whether it answered, when, and what its answer covers."""

    name: Str
    answered: Flag
    about: Annotated[Annotated[Codes, Tag("other")] | Annotated[Literal["everybody"], Tag("text")], TEXT_OR_OTHER]
    fetched_at: Date | None = None
    covers: dict[str, Strs] | None = None
    history_complete: Flag | None = None
