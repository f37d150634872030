"""The sentences in which decisions are told and the command line speaks: one table, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from creditrules.diagnostics import Lang, Text

SENTENCES: Mapping[str, Text] = {
    # How parts of a sentence are put together
    "list": Text("、", ", "),
    "names": Text("、", "; "),
    "clauses": Text("；", "; "),
    "unknown": Text("未知", "not known"),
    # The head of a decision
    "outcome": Text("结果：{outcome}", "Outcome: {outcome}"),
    "proposal": Text(
        "本结果是供承办参考的建议，不是行政决定；如何处理，由审批机关依法决定。",
        "This is a proposal to the officer in charge, not an administrative decision; the authority decides in "
        "accordance with the law.",
    ),
    "proposal.you": Text(
        "本结果是初步意见，不是行政决定；如何处理，由审批机关依法决定。",
        "This is a preliminary view, not an administrative decision; the authority decides in accordance with the law.",
    ),
    "undetermined": Text(
        "核实期间照常办理，办理期限照常计算，不因待核实而搁置或者拖延；须经核实才能给予的便利，核实后再予确定。",
        "Until the facts have been verified, the matter is handled in the ordinary way and the time limit "
        "continues to run; nothing is refused or delayed on that account. A benefit that depends on a fact still "
        "to be verified is not granted yet.",
    ),
    "open": Text(
        "尚待核实的事项，不作为对申请人不利的处理：核实期间照常办理，办理期限照常计算，不得因此搁置或者拖延；"
        "须经核实才能给予的便利，核实后再予确定。",
        "Points still to be verified do not count against the applicant: nothing is refused or delayed because of "
        "them, and the time limit continues to run. A benefit that depends on a fact still to be verified is not "
        "granted yet.",
    ),
    "hypothetical": Text(
        "本文是假设性的推演，不是办理建议，不得作为办理的依据。",
        "This is a hypothetical exercise; it is neither a proposal nor a decision, and no matter may be handled on "
        "the strength of it.",
    ),
    "hypothetical.profile": Text(
        "方案“{profile}”照来源的字面确定措施，缺乏法律依据的措施也不降低。",
        "The profile “{profile}” applies measures literally, as its source prints them, even where no law "
        "provides for them.",
    ),
    "hypothetical.params": Text(
        "推演时改动了规则集的下列参数：{params}。",
        "For this exercise, these choices of the policy were changed: {params}.",
    ),
    "policy": Text(
        "规则集：{title}，{version} 版，方案“{profile}”。规则集由软件编者编制，不是官方文件。",
        "Rules: {title}, version {version}, profile “{profile}”. They were drawn up by the authors of the "
        "software and are no official document.",
    ),
    "matter": Text("事项：{matter}。", "Matter: {matter}."),
    "about": Text("所判定的记录：{record}。", "Record decided upon: {record}."),
    "as_of": Text("判断日：{day}。", "As of: {day}."),
    "person": Text("主体：{name}（代码 {code}）。", "Person: {name} (code {code})."),
    "person.unnamed": Text("主体：代码 {code}。", "Person: code {code}."),
    "name.code": Text("代码为 {code} 的主体", "the person of the code {code}"),
    # The parts of a decision
    "part.scope": Text("部分规则不适用的理由", "Why some of the rules do not apply"),
    "part.scope.open": Text("部分规则是否适用尚不清楚", "Whether some of the rules apply is not known"),
    "part.reasons": Text("拟采取的措施及其理由", "Proposed measures and the reasons"),
    "part.undetermined": Text("待核实的结论", "Still to be verified"),
    "part.could_become": Text("核实后可能变为", "Other possible outcomes"),
    "part.capped": Text("因缺乏法律依据而降低的措施", "Measures reduced for want of a legal basis"),
    "part.exceptions": Text("除外情形", "Exceptions"),
    "part.missing": Text("有待查明的事实", "Missing information"),
    "part.procedures": Text("应办事项（不影响上述结果）", "Further steps (separate from the outcome above)"),
    "part.procedures.you": Text("与您有关的程序", "Steps that concern you"),
    "part.clocks": Text("期限", "Time limits"),
    "part.remedies": Text("救济和修复途径", "Remedies, and how a record is put right"),
    "part.advice": Text("提请承办人员注意", "For the officer's attention"),
    "part.ignored": Text("没有计入的记录", "Records not taken into account"),
    "part.fell": Text("因依据未施行或者已失效而未适用的内容", "What did not apply because its basis was not in force"),
    "part.versions": Text("所用规则集", "Rules and version"),
    "part.definitions": Text("条件所用的定义", "Definitions that conditions use"),
    "part.parameters": Text("参数及其选定者", "Parameters, and who chose them"),
    "nothing": Text(
        "目前没有拟采取的限制措施，也没有拟给予的便利措施。",
        "Neither a restriction nor a benefit is proposed.",
    ),
    "not_applicable": Text(
        "本事项不在所涉规则的适用范围之内，因此不按这些规则采取任何信用奖惩措施。",
        "The rules concerned do not extend to this matter and were not applied; this says nothing against the "
        "application.",
    ),
    # One conclusion
    "rule": Text("{title}（规则 {rule}）", "{title} (rule {rule})"),
    "rule.open": Text("是否属于“{rule}”，尚待核实", "Still to be verified: {rule}"),
    "measure": Text("本规则给出的措施：{measure}。", "Measure under this rule: {measure}."),
    "measure.possible": Text(
        "视核实情况，措施可能是“{measure}”。",
        "Depending on what is verified, the measure may be “{measure}”.",
    ),
    "measure.excepted": Text("适用了除外情形，见“{part}”。", "An exception applies; see “{part}”."),
    "measure.capped": Text("这是降低后的措施，理由见“{part}”。", "It replaces a heavier measure; see “{part}”."),
    "outcome.note": Text("{note}。", "{note}."),
    "argument": Text("{title}：{value}", "{title}: {value}"),
    "argument.withheld": Text("（略）", "(left out)"),
    "arguments": Text("具体内容：{values}。", "Details: {values}."),
    "mode.shall": Text(
        "依本规则“应当”提出这一建议；是否采纳，由审批机关依法决定。",
        "Under this rule the proposal “shall” be put forward; whether to follow it is for the authority to "
        "decide in accordance with the law.",
    ),
    "mode.may": Text(
        "依本规则“可以”给予这一措施；是否给予，由审批机关裁量。",
        "Under this rule the measure “may” be taken, at the authority's discretion.",
    ),
    "mode.must_not": Text(
        "依本规则，期限届满之前“不得”准予；是否适用于本案，由审批机关依法决定。",
        "Under this rule the matter “must not” be granted before the period has ended; whether to follow this is "
        "for the authority to decide in accordance with the law.",
    ),
    "mode.advice": Text(
        "仅供承办人员知悉，不得据此限制、拒绝或者拖延办理。",
        "For the officer's knowledge alone: no ground on which to limit, refuse or delay anything.",
    ),
    "capped": Text(
        "本规则原定措施为“{from_}”；因当日施行的、层级足够的规定均未明确允许就本事项对该主体采取该措施，"
        "故降为“{measure}”。",
        "The measure would have been “{from_}”. No provision of sufficient rank in force on that day permits "
        "that measure in this matter for this person, so it is reduced to “{measure}”.",
    ),
    "capped.possible": Text(
        "如经核实成立，本规则原定措施为“{from_}”；因当日施行的、层级足够的规定均未明确允许就本事项对该主体采取该措施，"
        "故降为“{measure}”。",
        "If the rule proves to apply, the measure would be “{from_}”. No provision of sufficient rank in force "
        "on that day permits that measure in this matter for this person, so it would be reduced to “{measure}”.",
    ),
    "record.own": Text("所涉记录：{kind} {record}（{named}）。", "Record concerned: {kind} {record} ({named})."),
    "record.other": Text(
        "所涉记录：{holder}的{kind} {record}（{named}）。",
        "Record concerned: {kind} {record} of {holder} ({named}).",
    ),
    "record.other.short": Text(
        "所涉记录：{holder}的{kind}（{named}）。",
        "Record concerned: {kind} of {holder} ({named}).",
    ),
    "record.described": Text("该记录载明：{facts}。", "The record says: {facts}."),
    "record.only": Text("所涉记录：{record}。", "Record concerned: {record}."),
    "unanswered": Text(
        "未取得{source}，是否有此类记录尚不清楚；如果有，本规则可能适用。",
        "It has not been possible to obtain {source}, so it is not known whether such a record exists; if one "
        "does, this rule may apply.",
    ),
    "as_above": Text(
        "所涉记录、条件和依据与“{part}”第 {number} 项相同。",
        "The record, the conditions and the basis are those of number {number} under “{part}”.",
    ),
    "record.one": Text("记录 {record}", "the record {record}"),
    "link": Text("本案主体与该记录的联系是“{link}”。", "The person decided upon is linked to it as: {link}."),
    "link.from": Text("该任职或者关系自 {day} 起。", "That office or relation began on {day}."),
    "link.to": Text("该任职或者关系至 {day} 止。", "That office or relation ended on {day}."),
    "conditions": Text("条件：", "Conditions:"),
    "condition.true": Text("符合：{label}", "met: {label}"),
    "condition.false": Text("不符合：{label}", "not met: {label}"),
    "condition.unknown": Text("待查明：{label}", "not known: {label}"),
    "condition.facts": Text("{condition}（{facts}）。", "{condition} ({facts})."),
    "condition.bare": Text("{condition}。", "{condition}."),
    "fact": Text("{title}：{value}", "{title}: {value}"),
    "fact.on": Text("{day} 的{title}：{value}", "{title} on {day}: {value}"),
    "fact.of": Text("{title}（记录 {record}）：{value}", "{title} (record {record}): {value}"),
    "fact.of_on": Text("{day} 的{title}（记录 {record}）：{value}", "{title} on {day} (record {record}): {value}"),
    "exception.true": Text(
        "适用除外情形“{title}”，措施因此为“{instead}”。",
        "The exception “{title}” applies; the measure is then “{instead}”.",
    ),
    "exception.true.none": Text(
        "适用除外情形“{title}”，本规则的措施因此不适用。",
        "The exception “{title}” applies; no measure follows from this rule.",
    ),
    "exception.unknown": Text(
        "除外情形“{title}”是否适用尚待核实；如果适用，措施为“{instead}”。",
        "It is not known whether the exception “{title}” applies; if it does, the measure is “{instead}”.",
    ),
    "exception.unknown.none": Text(
        "除外情形“{title}”是否适用尚待核实；如果适用，本规则的措施不适用。",
        "It is not known whether the exception “{title}” applies; if it does, no measure follows from this rule.",
    ),
    "lifted": Text(
        "该规则的条件均已符合，但因除外情形而不适用；其他规则不受影响。",
        "The conditions of this rule are met, but an exception excludes it; other rules are not affected.",
    ),
    "exception.bases": Text("该除外情形的依据：", "Basis of this exception:"),
    "exception.ours": Text(
        "该除外情形由规则集编者设定，规则集所列条文没有直接这样规定。",
        "This exception was chosen by the authors of the rules; no provision recorded there says so directly.",
    ),
    "exception.ours.also": Text(
        "该除外情形对所列条文的适用方式，部分由规则集编者设定。",
        "How these provisions are applied as an exception is in part a choice of the authors of the rules.",
    ),
    "bases": Text("依据：", "Basis:"),
    "bases.not_in_force": Text(
        "下列规定在判断日未施行或者已失效，未作为依据：{names}。",
        "Not in force on that day, and therefore not relied on: {names}.",
    ),
    "ours": Text(
        "该规则由规则集编者设定，规则集所列条文没有直接这样规定。",
        "This rule was chosen by the authors of the rules; no provision recorded there says so directly.",
    ),
    "ours.also": Text(
        "该规则对所列条文的适用方式，部分由规则集编者设定。",
        "How these provisions are applied here is in part a choice of the authors of the rules.",
    ),
    "provision": Text("{name}：{says}。", "{name}: {says}."),
    "provision.bare": Text("{name}。", "{name}."),
    "provision.name": Text("{instrument}{article}", "{instrument}, {article}"),
    "provision.number": Text("（{number}）", " ({number})"),
    "provision.article": Text("第{number}条", "article {number}"),
    "provision.paragraph": Text("第{number}款", "({number})"),
    "provision.item": Text("第{number}项", "({number})"),
    "provision.part": Text("“{name}”部分", "the part “{name}”"),
    "none.named": Text("无", "none"),
    "checked.republished": Text(
        "（内容据转载文本核对，未核对官方文本。）", " (Checked against a re-published text, not the official one.)"
    ),
    "checked.unchecked": Text("（内容尚未核对。）", " (Its content has not been checked.)"),
    "checked.report": Text("（新闻报道，不是法律依据。）", " (A press report, not a provision of law.)"),
    "not_in_force": Text(
        "（判断日未施行或者已失效，未作为依据。）",
        " (Not in force on that day, and therefore not relied on.)",
    ),
    "contested": Text("对该规则有不同意见：", "Arguments against this rule:"),
    "contested.position": Text("{says}。见{name}。", "{says}. See {name}."),
    "to_verify": Text("为此需要核实：{facts}。", "To be verified for this: {facts}."),
    # What is due with the outcome, and until when
    "follow_up.undetermined": Text(
        "该事项是否需要办理，尚待核实。",
        "It is not yet known whether this step is required.",
    ),
    "follow_up.undetermined.clock": Text(
        "该期限是否适用，尚待核实。",
        "It is not yet known whether this time limit applies.",
    ),
    "clock": Text("期限：自 {day} 次日起 {days} {unit}。", "Period: {days} {unit}, beginning the day after {day}."),
    "clock.working_days": Text("个工作日", "working days"),
    "clock.calendar_days": Text("日", "days"),
    "clock.due": Text("届满日是 {day}。", "Its last day is {day}."),
    "clock.over": Text("届满日是 {day}，已经届满。", "Its last day was {day}; the period is over."),
    "clock.extended": Text(
        "依法延长 {days} {unit}的，届满日是 {day}。",
        "If it is extended by {days} {unit}, as the law allows, its last day will be {day}.",
    ),
    "clock.pending": Text("期限尚未起算。", "The period has not begun."),
    "clock.unknown": Text("期限从哪一日起算尚不清楚。", "It is not known from which day the period runs."),
    "clock.length_unknown": Text(
        "期限自 {day} 的次日起算，多长尚不清楚。", "The period begins the day after {day}; how long it is is not known."
    ),
    "clock.missing_year.extended": Text(
        "依法延长的，期限涉及 {year} 年，该年的放假安排尚未收录，延长后的届满日待定。",
        "The official working-day calendar for {year} is not yet recorded here, so the last day of an extended "
        "period cannot be given.",
    ),
    "clock.missing_year": Text(
        "期限涉及 {year} 年，该年的放假安排尚未收录，届满日待定。",
        "The official working-day calendar for {year} is not yet recorded here, so the last day cannot be given.",
    ),
    # What could still become of it, and what is missing
    "prospect": Text(
        "“{measure}”（规则 {rules}；取决于：{facts}）。",
        "“{measure}” (rules: {rules}; depends on: {facts}).",
    ),
    "prospect.you": Text("“{measure}”（取决于：{facts}）。", "“{measure}” (depends on: {facts})."),
    "facts.others": Text("其他事实", "other facts"),
    "fact.missing": Text("{title}", "{title}"),
    "fact.missing.of": Text("{title}（记录 {record}）", "{title} (record {record})"),
    "missing.particulars": Text("有关情况", "particulars"),
    "missing.fact": Text("{fact}：{supplier}", "{fact}: {supplier}"),
    "missing.address": Text("地址：{address}。", "Address: {address}."),
    "missing.rules": Text("涉及规则 {rules}。", "Rules that depend on it: {rules}."),
    "missing.scope": Text("涉及规则的适用范围。", "Whether the rules apply depends on it."),
    "supplier.applicant": Text("由申请人提供。", "to be supplied by the applicant."),
    "supplier.register": Text(
        "向登记机关或者名单来源查询。",
        "to be requested from the register or the source of the list.",
    ),
    "supplier.case_file": Text("查阅办件材料。", "to be looked up in the case file."),
    "supplier.officer_judgement": Text(
        "由承办人员判断，他人和软件不得代填。",
        "for the officer's own judgement; no one may enter it on the officer's behalf.",
    ),
    "supplier.applicant.you": Text("请您提供。", "please supply it."),
    "supplier.register.you": Text(
        "由审批机关查询；您也可以主动提供。",
        "the authority will ask the register or the source of the list; you may supply it, but need not.",
    ),
    "supplier.case_file.you": Text("由审批机关查阅办件材料。", "the authority will look it up in the case file."),
    "supplier.officer_judgement.you": Text("由承办人员判断。", "the officer will judge it."),
    # Procedures, ignored records, what fell
    "procedure": Text("{measure}。", "{measure}."),
    "procedure.with": Text("{measure}（{values}）。", "{measure} ({values})."),
    "procedure.undetermined": Text("是否需要，尚待核实。", "It is not yet known whether this step is required."),
    "ignored.authority": Text(
        "{record}：作出机关不在本规则集就该类别认可的认定机关之列，故不计入；这不涉及该认定的效力。",
        "{record}: not made by an authority that these rules accept for the category, so it is not counted; that "
        "is no judgement on its validity.",
    ),
    "ignored.cap": Text(
        "{record}：规则 {rule} 的措施没有法律依据支持，因此不产生影响。",
        "{record}: no law covers the measure of the rule {rule}, so it has no effect.",
    ),
    "ignored.term": Text(
        "{record}：按最长期限计算已经届满，不再计入。",
        "{record}: its maximum term has expired, so it no longer counts.",
    ),
    "ignored.case": Text("本案", "this case"),
    "fell.rule": Text("规则 {id}（依据：{bases}）。", "The rule {id} (basis: {bases})."),
    "fell.exception": Text("除外情形 {id}（依据：{bases}）。", "The exception {id} (basis: {bases})."),
    "fell.scope": Text("适用范围规定 {id}（依据：{bases}）。", "The scope rule {id} (basis: {bases})."),
    "fell.follow_up": Text("后续事项 {id}（依据：{bases}）。", "What is due afterwards, {id} (basis: {bases})."),
    "fell.other": Text(
        "一项期限或者认定机关的规定（依据：{bases}）。", "A rule on terms or on competent authorities (basis: {bases})."
    ),
    # What the auditor reads besides
    "audit.place": Text("位置 {place}，编号 {id}。", "At {place}, under {id}."),
    "audit.id": Text("编号 {id}。", "Under {id}."),
    "audit.words": Text("条件的内容：{words}。", "In words: {words}."),
    "audit.written": Text("原文：{expression}", "As written: {expression}"),
    "audit.run": Text(
        "代入定义、参数和期限后：{expression}",
        "With definitions, parameters and terms written out: {expression}",
    ),
    "audit.addresses": Text("事实的地址：{addresses}", "Location of the values: {addresses}"),
    "audit.mode": Text("规则的用语是“{mode}”。", "The word of the rule is “{mode}”."),
    "audit.mode.shall": Text("应当", "shall"),
    "audit.mode.may": Text("可以", "may"),
    "audit.mode.must_not": Text("不得", "must not"),
    "audit.calendar": Text("工作日依据：{notices}。", "Working days according to: {notices}."),
    "audit.names": Text("规则集标识 {policy}，方案标识 {profile}。", "The policy is {policy}, the profile {profile}."),
    "audit.digest": Text("规则集校验值：{digest}", "Digest of the policy: {digest}"),
    "audit.case_digest": Text("案件校验值：{digest}", "Digest of the case: {digest}"),
    "audit.format": Text("结果的数据格式：{format}。", "Format of the decision: {format}."),
    "audit.no_policy": Text(
        "手头没有作出该结果的规则集，所以没有列出条件的位置和文字表述，也没有列出参数；请给出该规则集。",
        "The policy by which was decided is not at hand, so the places and words of its conditions and the "
        "parameters are not given; supply that policy.",
    ),
    "audit.definition": Text("“{label}”（{name}）。", "“{label}” ({name})."),
    "audit.parameter": Text("{title}（{name}）：{value}。", "{title} ({name}): {value}."),
    "audit.by.caller": Text("由调用者选定。", "Set by the caller."),
    "audit.by.profile": Text("由方案“{profile}”选定。", "Set by the profile “{profile}”."),
    "audit.by.policy": Text("由规则集选定。", "Set by the policy."),
    "audit.on": Text("依据：{bases}。", "Basis: {bases}."),
    "audit.ours": Text(
        "规则集所列条文没有直接这样规定，由规则集编者设定。",
        "No provision recorded there says so directly; it is a choice of the authors of the rules.",
    ),
    "audit.ours.also": Text(
        "对所列依据的适用方式，部分由规则集编者设定。",
        "How these provisions are applied is in part a choice of the authors of the rules.",
    ),
    # The notice
    "notice.title": Text("拟采取信用奖惩措施事先告知书", "Advance notice of proposed credit measures"),
    "notice.title.plain": Text("办理情况告知书", "Notice on the handling of a matter"),
    "notice.person": Text("{name}（代码 {code}）：", "To: {name} (code {code})"),
    "notice.about": Text(
        "关于{matter}（编号 {number}），根据截至 {day} 的情况，现将有关事项告知如下：",
        "Concerning the matter “{matter}” (number {number}), you are notified as follows on the basis of the "
        "position on {day}:",
    ),
    "notice.matter": Text(
        "关于{matter}，根据截至 {day} 的情况，现将有关事项告知如下：",
        "Concerning the matter “{matter}”, you are notified as follows on the basis of the position on {day}:",
    ),
    "notice.outcome": Text("拟作出的处理：{outcome}。", "Outcome as it now stands: {outcome}."),
    "notice.open": Text(
        "有关事实尚待核实，目前没有拟作出的处理。",
        "The facts are still to be verified; nothing is proposed at present.",
    ),
    "notice.proposal": Text(
        "以上是拟作出的处理，尚未作出行政决定；在作出决定之前，您有权陈述、申辩，期限和方式见文末。",
        "No administrative decision has been made yet; until one is made you may make representations, within the "
        "time and in the manner given at the end.",
    ),
    "notice.section": Text("{number}、{title}", "{number}. {title}"),
    "notice.blank.number": Text("文号", "Reference"),
    "notice.blank.case": Text("办件编号", "Application number"),
    "notice.blank.code": Text("主体代码（完整）", "Person's full code"),
    "notice.blank.statement": Text("陈述、申辩的期限和方式", "Time limit and manner for representations"),
    "notice.blank.remedies": Text("复议机关和有管辖权的人民法院", "Reconsideration authority and competent court"),
    "notice.blank.office": Text("告知机关（盖章）", "Office (seal)"),
    "notice.blank.officer": Text("承办人", "Officer in charge"),
    "notice.blank.contact": Text("联系方式", "Contact"),
    "notice.blank.served": Text("送达方式和日期", "Manner and date of service"),
    "notice.blank.date": Text("告知日期", "Date"),
    "notice.unmarked": Text(
        "除新闻报道和另有注明的以外，所引条文均据官方文本核对。",
        "Except for press reports and where a remark says otherwise, the provisions cited were checked against the "
        "official text.",
    ),
    "notice.disclaimer": Text(
        "本文本由软件草拟，经承办人员核对、补全，由告知机关审签、盖章并依法送达后，方为告知书；此前不代表任何机关的意见。",
        "This draft was generated by software. It has no effect until the officer in charge has checked and "
        "completed it and it has been lawfully served; until then it does not represent the position of any "
        "authority.",
    ),
    # What changed from one decision to another
    "change.none": Text(
        "除版本、判断日和摘要外，两个决定相同。", "The two decisions are the same but for versions, days and digests."
    ),
    "change.outcome": Text("结果由“{before}”变为“{after}”。", "The outcome was “{before}” and is “{after}”."),
    "change.outcome.same": Text("结果没有变化。", "The outcome is the same."),
    "change.policy": Text("政策由“{before}”变为“{after}”。", "The policy was “{before}” and is “{after}”."),
    "change.version": Text(
        "政策的版本由 {before} 变为 {after}。", "The version of the policy was {before} and is {after}."
    ),
    "change.digest": Text(
        "政策的版本号相同，但内容有变化。", "The policy has the same version, but it says something else."
    ),
    "change.profile": Text("方案由“{before}”变为“{after}”。", "The profile was “{before}” and is “{after}”."),
    "change.as_of": Text("判断日由 {before} 变为 {after}。", "The day was {before} and is {after}."),
    "change.matter": Text("事项由“{before}”变为“{after}”。", "The matter was “{before}” and is “{after}”."),
    "change.about": Text("两个决定所决定的不是同一条记录。", "The two decisions are on different records."),
    "change.case": Text("案件的内容有变化。", "What is known of the case changed."),
    "change.hypothetical": Text(
        "现在的决定是假设性的推演，原来的不是。", "The decision is hypothetical now, and was not before."
    ),
    "change.hypothetical.before": Text(
        "原来的决定是假设性的推演，现在的不是。", "The decision was hypothetical before, and is not now."
    ),
    "change.overridden": Text(
        "推演时改动的选择，原来是：{before}；现在是：{after}。",
        "The choices of the policy that were changed for it: {before} before; {after} now.",
    ),
    "change.measure.gained": Text("新增措施“{measure}”。", "The measure “{measure}” is new."),
    "change.measure.lost": Text("不再有措施“{measure}”。", "The measure “{measure}” is gone."),
    "change.rule": Text("{rule}：原来{before}；现在{after}。", "{rule}: before, {before}; now, {after}."),
    "change.rule.same": Text("{rule}：结论没有变化。", "{rule}: its conclusion is the same."),
    "change.rule.linked": Text("{rule}，记录 {record}（{link}）", "{rule}, on the record {record} ({link})"),
    "change.rule.record": Text("{rule}，记录 {record}", "{rule}, on the record {record}"),
    "change.rule.unanswered": Text(
        "{rule}，来源没有给出可用答复的记录", "{rule}, on what a source without a usable answer may hold"
    ),
    "change.rule.gained": Text("新引用的依据：{names}。", "Provisions newly cited with it: {names}."),
    "change.rule.lost": Text("不再引用的依据：{names}。", "Provisions no longer cited with it: {names}."),
    "change.absent": Text("没有结论", "it concluded nothing"),
    "change.lifted": Text("因除外情形而不适用", "an exception lifted it"),
    "change.established": Text("成立，措施为“{measure}”", "established with the measure “{measure}”"),
    "change.established.capped": Text(
        "成立，措施因没有法律依据支持而由“{from_}”降为“{measure}”",
        "established with the measure “{measure}”, which is left of “{from_}” as no law covers that",
    ),
    "change.established.scope": Text("成立", "established"),
    "change.undetermined": Text(
        "待核实，措施可能是“{measure}”", "still to be verified, perhaps with the measure “{measure}”"
    ),
    "change.undetermined.capped": Text(
        "待核实，措施可能因没有法律依据支持而由“{from_}”降为“{measure}”",
        "still to be verified, perhaps with the measure “{measure}”, which is left of “{from_}” as no law covers that",
    ),
    "change.undetermined.scope": Text("待核实", "still to be verified"),
    "change.arguments": Text("（{values}）", " ({values})"),
    "change.mode.shall": Text("，编为“应当”", ", as a thing that “shall” be done"),
    "change.mode.may": Text("，编为“可以”", ", as a thing that “may” be done"),
    "change.mode.must_not": Text("，编为“不得”", ", as a thing that “must not” be done"),
    "change.newly_cited": Text("现在引用：{name}。", "Now cited: {name}."),
    "change.no_longer_cited": Text("不再引用：{name}。", "No longer cited: {name}."),
    "change.came_into_force": Text("原来不在施行期间、现在施行：{name}。", "In force now, and not before: {name}."),
    "change.ceased": Text("原来施行、现在不在施行期间：{name}。", "No longer in force: {name}."),
    "change.procedure.gained": Text("新增程序或提示：{what}", "New among procedures and advice: {what}"),
    "change.procedure.lost": Text("不再有程序或提示：{what}", "No longer among procedures and advice: {what}"),
    "change.prospect.gained": Text(
        "待核实的可能结果中新增“{what}”。", "New among what could still become of it: “{what}”."
    ),
    "change.prospect.lost": Text(
        "待核实的可能结果中不再有“{what}”。", "No longer among what could still become of it: “{what}”."
    ),
    "change.missing.gained": Text("现在缺少的事实：{what}。", "A fact that is missing now: {what}."),
    "change.missing.lost": Text("不再缺少的事实：{what}。", "A fact that is no longer missing: {what}."),
    "change.fell.gained": Text(
        "现在因依据不在施行期间而没有适用：{what}", "Not applied now, as its basis is not in force: {what}"
    ),
    "change.fell.lost": Text(
        "不再因依据不在施行期间而没有适用：{what}", "No longer left out because its basis is not in force: {what}"
    ),
    "change.ignored.gained": Text("现在没有计入：{what}", "Without effect now: {what}"),
    "change.ignored.lost": Text(
        "不再列在没有计入的记录中：{what}", "No longer among the records without effect: {what}"
    ),
    "change.follow_up": Text("{what}。", "{what}."),
    "change.follow_up.gained": Text("新增后续事项：{what}", "New among what is due afterwards: {what}"),
    "change.follow_up.lost": Text("不再有后续事项：{what}", "No longer among what is due afterwards: {what}"),
    "change.other": Text(
        "此外，措辞、所读的事实或者次序有不同。", "Besides, wording, facts that were read or their order differ."
    ),
    # A condition in words. A title stands without quotation marks where it cannot be taken for a part of these patterns; which
    # titles those are is read off the patterns. No two of them may say the same of different conditions.
    "expr.quoted": Text("“{text}”", "“{text}”"),
    "expr.name": Text("`{name}`", "`{name}`"),
    "expr.named": Text("{title}`{name}`", "{title} `{name}`"),
    "expr.record": Text("{title}", "the {title}"),
    "expr.record.quoted": Text("记录{title}", "{title}"),
    "expr.record.unknown": Text("记录`{name}`", "the record `{name}`"),
    "expr.field": Text("{record}的{field}", "{record}'s {field}"),
    "expr.parameter": Text("参数{title}", "the parameter {title}"),
    "expr.link": Text("关联关系", "link"),
    "expr.link.role": Text("类型", "role"),
    "expr.link.from": Text("起始日", "first day"),
    "expr.link.to": Text("终止日", "last day"),
    "expr.link.evidenced": Text("是否有证据", "whether it is evidenced"),
    "expr.link.source": Text("来源", "source"),
    "expr.link.shareholder": Text("关系人是否为股东", "whether the person is a shareholder"),
    # Values
    "expr.as_of": Text("判断日", "the day of the decision"),
    "expr.day": Text("该日", "the day"),
    "expr.date": Text("{year}年{month}{number}日", "{number} {month} {year}"),
    "expr.month.1": Text("1月", "January"),
    "expr.month.2": Text("2月", "February"),
    "expr.month.3": Text("3月", "March"),
    "expr.month.4": Text("4月", "April"),
    "expr.month.5": Text("5月", "May"),
    "expr.month.6": Text("6月", "June"),
    "expr.month.7": Text("7月", "July"),
    "expr.month.8": Text("8月", "August"),
    "expr.month.9": Text("9月", "September"),
    "expr.month.10": Text("10月", "October"),
    "expr.month.11": Text("11月", "November"),
    "expr.month.12": Text("12月", "December"),
    "expr.forever": Text("无终止日", "an open end"),
    "expr.blank": Text("空白", "blank"),
    "expr.text": Text("文本{text}", "the text {text}"),
    "expr.true": Text("真", "true"),
    "expr.false": Text("假", "false"),
    "expr.amount": Text("{number}{unit}", "{number} {unit}"),
    "expr.amount.one": Text("{number}{unit}", "{number} ({unit})"),
    "expr.list": Text("列表（{items}）", "the list ({items})"),
    "expr.list.empty": Text("空列表", "the empty list"),
    "expr.items": Text("{first}、{rest}", "{first}, {rest}"),
    "expr.items.or": Text("{first}或者{rest}", "{first} or {rest}"),
    "expr.items.nor": Text("{first}、{rest}", "{first} nor {rest}"),
    "expr.size": Text("{list}中的项数", "the number of items in {list}"),
    "expr.status_on": Text("{record}在{day}所处的状态", "the status of {record} on {day}"),
    "expr.keyed": Text("按{by}确定的值（{rows}）", "the value set by {by} ({rows})"),
    "expr.keyed.row": Text("{key}：{value}；{rest}", "{key}: {value}; {rest}"),
    "expr.keyed.default": Text("其他：{value}", "otherwise: {value}"),
    "expr.truth": Text("（{condition}）的真假", "the truth of ({condition})"),
    # Periods
    "expr.shift.years": Text("{day}之后{number}年", "{number} years after {day}"),
    "expr.shift.years.one": Text("{day}之后{number}年", "{number} year after {day}"),
    "expr.shift.years.counted": Text("{day}之后（{count}）年", "({count}) years after {day}"),
    "expr.shift.months": Text("{day}之后{number}个月", "{number} months after {day}"),
    "expr.shift.months.one": Text("{day}之后{number}个月", "{number} month after {day}"),
    "expr.shift.months.counted": Text("{day}之后（{count}）个月", "({count}) months after {day}"),
    "expr.shift.days": Text("{day}之后{number}日", "{number} days after {day}"),
    "expr.shift.days.one": Text("{day}之后{number}日", "{number} day after {day}"),
    "expr.shift.days.counted": Text("{day}之后（{count}）日", "({count}) days after {day}"),
    # Conditions of conditions
    "expr.group": Text("（{condition}）", "({condition})"),
    "expr.always": Text("必然成立", "it holds in any case"),
    "expr.never": Text("必然不成立", "it never holds"),
    "expr.yes": Text("{value}为是", "{value} is answered yes"),
    "expr.yes.field": Text("{record}的{field}为是", "{field} is answered yes for {record}"),
    "expr.no": Text("{value}为否", "{value} is answered no"),
    "expr.no.field": Text("{record}的{field}为否", "{field} is answered no for {record}"),
    "expr.not": Text("并非（{condition}）", "it is not the case that ({condition})"),
    "expr.and": Text("{first}，且{rest}", "{first}, and {rest}"),
    "expr.and.one": Text("唯一的要求成立（{condition}）", "the only requirement holds ({condition})"),
    "expr.and.none": Text("没有任何要求", "there is no requirement"),
    "expr.or": Text("{first}，或者{rest}", "{first}, or {rest}"),
    "expr.or.one": Text("唯一的可选条件成立（{condition}）", "the only alternative holds ({condition})"),
    "expr.or.none": Text("没有任何可选条件", "there is no alternative"),
    "expr.call": Text("{arguments}符合{label}", "{label} applies to {arguments}"),
    "expr.call.not": Text("{arguments}不符合{label}", "{label} does not apply to {arguments}"),
    "expr.call.bare": Text("{label}成立", "{label} applies"),
    "expr.call.bare.not": Text("{label}不成立", "{label} does not apply"),
    "expr.arguments": Text("{first}、{rest}", "{first} and {rest}"),
    # Comparisons
    "expr.is": Text("{left}是{right}", "{left} is {right}"),
    "expr.is.not": Text("{left}不是{right}", "{left} is not {right}"),
    "expr.equals": Text("{left}等于{right}", "{left} equals {right}"),
    "expr.equals.not": Text("{left}不等于{right}", "{left} does not equal {right}"),
    "expr.before": Text("{left}早于{right}", "{left} is earlier than {right}"),
    "expr.before.not": Text("{left}不早于{right}", "{left} is no earlier than {right}"),
    "expr.after": Text("{left}晚于{right}", "{left} is later than {right}"),
    "expr.after.not": Text("{left}不晚于{right}", "{left} is no later than {right}"),
    "expr.less": Text("{left}小于{right}", "{left} is less than {right}"),
    "expr.less.not": Text("{left}不小于{right}", "{left} is at least {right}"),
    "expr.more": Text("{left}大于{right}", "{left} is greater than {right}"),
    "expr.more.not": Text("{left}不大于{right}", "{left} is at most {right}"),
    "expr.known": Text("{field}已知", "information on {field} is available"),
    "expr.known.not": Text("{field}未知", "information on {field} is missing"),
    "expr.in.field": Text("{item}属于{list}", "{item} is among {list}"),
    "expr.in.field.not": Text("{item}不属于{list}", "{item} is not among {list}"),
    "expr.in.parameter": Text("{item}属于{list}", "{item} is listed in {list}"),
    "expr.in.parameter.not": Text("{item}不属于{list}", "{item} is not listed in {list}"),
    "expr.in.other": Text("{item}属于（{list}）", "{item} is among ({list})"),
    "expr.in.other.not": Text("{item}不属于（{list}）", "{item} is not among ({list})"),
    "expr.includes.field": Text("{list}包括{item}", "{item} is among {list}"),
    "expr.includes.field.not": Text("{list}不包括{item}", "{item} is not among {list}"),
    "expr.includes.parameter": Text("{list}包括{item}", "{item} is listed in {list}"),
    "expr.includes.parameter.not": Text("{list}不包括{item}", "{item} is not listed in {list}"),
    "expr.in.several": Text("{item}是{items}", "{item} is {items}"),
    "expr.in.several.not": Text("{item}不是{items}中的任何一项", "{item} is neither {items}"),
    "expr.in.one": Text("{item}属于{value}", "{item} falls under {value}"),
    "expr.in.one.not": Text("{item}不属于{value}", "{item} does not fall under {value}"),
    "expr.in.one.value": Text("{item}恰为{value}", "{item} is none other than {value}"),
    "expr.in.one.value.not": Text("{item}并不恰为{value}", "{item} is something other than {value}"),
    "expr.in.empty": Text("{item}属于空列表", "{item} is in the empty list"),
    "expr.in.empty.not": Text("{item}不属于空列表", "{item} is not in the empty list"),
    # The policy book
    "book.title": Text("{title}：政策全书", "{title}: the policy book"),
    "book.contents": Text("目录", "Contents"),
    "book.about": Text("关于本书", "About this book"),
    "book.disclaimer": Text(
        "本书由程序从政策文件生成，供法律审阅。它不代表任何机关的立场，也不是法律意见；条文要旨由政策编者撰写，以正式公布的文本为准。",
        "This book is made by a program from the files of the policy, for lawyers to check. It is no official position of any authority "
        "and no legal advice; what provisions say is put in the words of the policy's makers, and the published text prevails.",
    ),
    "book.proposals": Text(
        "依本政策得出的结果是供承办人员参考的建议，由其依法决定。",
        "What follows from this policy is a proposal to the officer in charge, who decides according to law.",
    ),
    "book.how": Text(
        "每个条件列出三样：政策编者所写的名称；程序从原文得出的文字表述；政策文件中的原文。执行的是原文。名称与后两者不符的，就是政策中的错误。",
        "Each condition is given three times: the label that the policy's makers wrote, its words as the program derives them from what is "
        "written, and what is written. What is written is what runs. Where a label says something else, the policy is wrong.",
    ),
    "book.unchecked.note": Text(
        "标有“未核对”的条文，文本没有核对或者条号不明，不支撑任何负担。",
        "A provision marked as not checked was not compared with its text, or its number is not known; it carries no burden.",
    ),
    "book.ours.note": Text(
        "没有条文直接规定、由政策编者选定的，一律注明是编者的选择。",
        "What no provision says directly is marked everywhere as a choice of the policy's makers.",
    ),
    "book.coverage": Text(
        "共 {cases} 个案例，按方案判定 {runs} 次，其中 {differing} 次与期望不符。一条规则由某个案例触及，是指它在该案例中成立；除外情形须在该案例中适用。",
        "Cases: {cases}, decided {runs} times under their profiles, of which {differing} differ from what was expected. A case reaches a "
        "rule that is established in it, and an exception that applies in it.",
    ),
    "book.coverage.none": Text(
        "本书不含案例覆盖：制作本书时没有给出案例的结果。",
        "This book tells nothing of coverage by cases: it was made without the outcomes of any.",
    ),
    "book.by_rule": Text(
        "本政策没有列明其来源的条款（`source.yaml`），所以本书按规则而不按条款编排。",
        "The policy does not list the clauses of its source (`source.yaml`), so this book goes by rule and not by clause.",
    ),
    "book.day.note": Text("{day}不在施行期间的内容均予注明。", "What is not in force on {day} is marked."),
    "book.day.not": Text("（{day}不在施行期间。）", " (Not in force on {day}.)"),
    "book.policy": Text("政策", "Policy"),
    "book.version": Text("版本", "Version"),
    "book.in_force": Text("施行期间", "In force"),
    "book.digest": Text("摘要", "Digest"),
    "book.program": Text("生成程序", "Made by"),
    "book.program.version": Text("creditrules {version}", "creditrules {version}"),
    "book.carry": Text("可以支撑负担的层级", "Levels that carry a burden"),
    "book.counts": Text("数量", "Counts"),
    "book.counts.text": Text(
        "规则 {rules} 条，除外情形 {exceptions} 条，适用范围规定 {scope} 条，后续事项 {follow_ups} 项，核查 {checks} 项，"
        "定义 {definitions} 个，参数 {parameters} 个，规范 {law} 件，条文 {provisions} 条",
        "rules: {rules}; exceptions: {exceptions}; scope rules: {scope}; follow-ups: {follow_ups}; checks: {checks}; "
        "definitions: {definitions}; parameters: {parameters}; instruments: {law}, with provisions: {provisions}",
    ),
    "book.profiles": Text("方案", "Profiles"),
    "book.profile.default": Text("默认方案", "the default profile"),
    "book.profile.capped": Text("没有依据支撑的负担一律降低", "a burden that no provision carries is reduced"),
    "book.profile.uncapped": Text(
        "没有依据支撑的负担也照字面，其结果是假设性的",
        "burdens are taken as printed, also where no provision carries them; what comes out is hypothetical",
    ),
    "book.profile.sets": Text("另定的参数：{params}", "parameters of its own: {params}"),
    # Its tables of what must be accounted for
    "book.rows": Text("对照表：条款和行", "What is accounted for: clauses and rows"),
    "book.rows.clauses": Text("来源的条款", "The clauses of the source"),
    "book.rows.rows": Text("规则目录", "The catalogue of rules"),
    "book.rows.questions": Text("来源留下的疑问", "The questions that the source leaves open"),
    "book.rows.checks": Text("对决定的要求", "What decisions must satisfy"),
    "book.row": Text("编号", "No."),
    "book.row.title": Text("内容", "What it is"),
    "book.row.encoded": Text("编入何处", "Encoded by"),
    "book.row.cases": Text("案例", "Cases"),
    "book.row.not_encoded": Text("未编入：{why}", "Not encoded: {why}"),
    "book.row.not_encoded.part": Text("部分未编入：{why}", "Not encoded in part: {why}"),
    "book.row.open": Text("既没有编入，也没有说明理由", "Neither encoded nor explained"),
    "book.item.rule": Text("规则", "rule"),
    "book.item.exception": Text("除外", "exception"),
    "book.item.scope": Text("范围", "scope"),
    "book.item.follow_up": Text("后续", "follow-up"),
    "book.item.check": Text("核查", "check"),
    "book.item.definition": Text("定义", "definition"),
    "book.item.parameter": Text("参数", "parameter"),
    "book.item.term": Text("期限（{bases}）", "term ({bases})"),
    "book.item.list": Text("机关（{label}）", "authority ({label})"),
    "book.see": Text("见条文", "see the law"),
    # Its rules
    "book.clause.encoded": Text("编入", "Encoded by"),
    "book.clause.not_encoded": Text("未编入的部分", "What is not encoded"),
    "book.rules": Text("规则", "Rules"),
    "book.rules.other": Text("其他规则", "Further rules"),
    "book.place": Text("位置", "Stands in"),
    "book.mode": Text("性质", "Mode"),
    "book.mode.shall": Text("应当", "shall"),
    "book.mode.may": Text("可以", "may"),
    "book.mode.must_not": Text("不得", "must not"),
    "book.measure": Text("措施", "Measure"),
    "book.measure.none": Text("不采取措施", "no measure"),
    "book.measure.of": Text("{measure}（{group}）", "{measure} ({group})"),
    "book.argument": Text("{title}：{value}", "{title}: {value}"),
    "book.group.burden": Text("负担", "a burden"),
    "book.group.facilitation": Text("便利", "a facilitation"),
    "book.group.procedural": Text("程序，不改变结果", "a procedure, which does not change the outcome"),
    "book.group.advice": Text("提请注意，不改变结果", "advice, which does not change the outcome"),
    "book.group.any.burden": Text("任何负担", "any burden"),
    "book.group.any.facilitation": Text("任何便利", "any facilitation"),
    "book.group.any.procedural": Text("任何程序", "any procedure"),
    "book.group.any.advice": Text("任何提请注意", "any advice"),
    "book.cap": Text("依据能否支撑", "Is it carried?"),
    "book.cap.reduced": Text(
        "方案“{profile}”，{day}：依据不支撑“{measure}”，至少对一类主体只作“{left}”；事项：{matters}",
        "Under “{profile}” on {day} no basis carries “{measure}”, and for one kind of person at least no more than “{left}” is left of "
        "it; matters: {matters}",
    ),
    "book.cap.kept": Text("方案“{profile}”，{day}：不降低", "Under “{profile}” on {day} it is not reduced"),
    "book.decides": Text("判断对象", "Decides upon"),
    "book.matters": Text("事项", "Matters"),
    "book.matters.all": Text("全部事项", "every matter"),
    "book.records": Text("记录和主体", "Records, and whose"),
    "book.records.of": Text("每一条{kind}，属于：{persons}", "each {kind}, of: {persons}"),
    "book.records.each": Text("每一条{kind}", "each {kind}"),
    "book.records.further": Text(
        "并须另有一条{kind}，属于：{persons}", "and there must be one more, {kind}, of: {persons}"
    ),
    "book.records.further.each": Text("并须另有一条{kind}", "and there must be one more, {kind}"),
    "book.records.none": Text("不针对个别记录", "about no record in particular"),
    "book.parameter.listed": Text("参数“{title}”所列（{values}）", "what the parameter “{title}” lists ({values})"),
    "book.parameter.profile": Text("{profile}：{value}", "{profile}: {value}"),
    "book.when": Text("条件", "Conditions"),
    "book.when.all": Text("以下各项均须满足", "all of these must be met"),
    "book.when.one": Text("须满足", "this must be met"),
    "book.when.none": Text("没有其他条件", "there are no further conditions"),
    "book.written": Text("原文：", "As written: "),
    "book.exceptions": Text("除外情形", "Exceptions"),
    "book.exceptions.none": Text("无", "none"),
    "book.exceptions.leaves": Text("{title}：适用的，{instead}", "{title}: what it leaves is {instead}"),
    "book.exceptions.condition": Text("{label}：{words}", "{label}: {words}"),
    "book.instead": Text("适用后的措施", "What it leaves"),
    "book.serves": Text("适用于", "Serves"),
    "book.bases": Text("依据", "Basis"),
    "book.bases.standing": Text("层级：{level}；施行：{days}。", "Level: {level}; in force: {days}."),
    "book.contested": Text("不同意见", "Positions against it"),
    "book.covers": Text("对应", "Accounts for"),
    "book.cases": Text("案例", "Cases"),
    "book.cases.none": Text("没有案例触及", "no case reaches it"),
    "book.cases.some": Text("{count} 个，如：{names}", "{count}, such as: {names}"),
    "book.cases.together": Text(
        "同类各项合计 {count} 个，如：{names}", "{count} for all of this kind together, such as: {names}"
    ),
    "book.days.always": Text("没有载明起止日", "no first or last day is given"),
    "book.days.from": Text("自{first}起", "from {first}"),
    "book.days.to": Text("至{last}止", "until {last}"),
    "book.days.both": Text("自{first}起，至{last}止", "from {first} until {last}"),
    # Its other parts
    "book.scope": Text("适用范围", "Scope"),
    "book.scope.off": Text("由此不适用的规则", "Rules that then do not apply"),
    "book.definitions": Text("定义", "Definitions"),
    "book.definition.of": Text("用于", "Of"),
    "book.definition.day": Text("某一日", "a day"),
    "book.definition.body": Text("内容", "What it says"),
    "book.terms": Text("最长期限", "Terms"),
    "book.terms.note": Text(
        "期限只使记录提前不再计入，从不使它延长。",
        "A term ends earlier what counts; it never makes anything count for longer.",
    ),
    "book.term": Text("{kind}的最长期限（{number}）", "Term of the {kind} ({number})"),
    "book.term.where": Text("何种记录", "Which records"),
    "book.term.until": Text("最后计入之日", "Last day on which it counts"),
    "book.lists": Text("有权认定的机关", "Competent authorities"),
    "book.lists.note": Text(
        "由其他机关作出的记录不计入，并在决定中说明。",
        "What another authority made does not count, and a decision says so.",
    ),
    "book.list.where": Text("何种记录", "Which records"),
    "book.list.otherwise": Text("其他各项都不适用的", "those to which none of the others applies"),
    "book.list.competent": Text("须符合", "What must hold"),
    "book.feeds": Text("信息源", "Sources that are asked"),
    "book.feed": Text("来源", "Source"),
    "book.feed.of": Text("提供", "Delivers"),
    "book.feed.relations": Text("关系", "relations"),
    "book.feed.covers": Text("范围", "Covers"),
    "book.feed.covers.field": Text("{field}：{words}", "{field}: {words}"),
    "book.feed.age": Text("答复至多几日", "Answers at most, in days"),
    "book.follow_ups": Text("后续事项", "Follow-ups"),
    "book.follow_ups.note": Text("后续事项不改变结果。", "Follow-ups never change the outcome."),
    "book.after": Text("何时办理", "When it is due"),
    "book.after.always": Text("不以采取何种措施为前提", "whatever measure was taken"),
    "book.after.any": Text("采取了以下任何一项之后：{measures}", "after any of: {measures}"),
    "book.after.unless": Text("但采取了以下任何一项的除外：{measures}", "unless any of: {measures}"),
    "book.after.each": Text("就该措施所涉的每一条{kind}", "for each {kind} on which that measure rests"),
    "book.tells": Text("告知申请人的话", "What the applicant is told"),
    "book.tells.nobody": Text("无（机关内部事项）", "nothing: it is the office's own"),
    "book.clock": Text("期限", "Clock"),
    "book.clock.text": Text(
        "自{day}的次日起，日数为 {days}；计日单位：{unit}",
        "it begins the day after {day} and runs for this number of days: {days}; unit: {unit}",
    ),
    "book.clock.extension": Text("可延长的日数为 {days}", "it may be prolonged by this number of days: {days}"),
    "book.checks": Text("核查", "Checks"),
    "book.checks.note": Text(
        "任何决定都不得违反这些要求，规则怎样写都一样。", "No decision may violate these, whatever the rules say."
    ),
    "book.check.of": Text("核查何物", "Of what"),
    "book.check.decision": Text("整个决定", "the decision itself"),
    "book.check.conclusions": Text("每一个下列结论：{measures}", "each conclusion of: {measures}"),
    "book.check.records": Text("每一条{kind}", "each {kind}"),
    "book.check.when": Text("何时核查", "When it is asked"),
    "book.check.must": Text("须满足", "What must hold"),
    "book.check.allowed": Text("允许不符", "May fail"),
    "book.check.allowed.profile": Text("方案“{profile}”：{why}", "under “{profile}”: {why}"),
    "book.parameters": Text("参数和各方案的取值", "Parameters, and what each profile chooses"),
    "book.parameter": Text("参数", "Parameter"),
    "book.parameter.from": Text("{day}起：{value}", "from {day}: {value}"),
    "book.parameter.by": Text("{key}：{value}", "{key}: {value}"),
    "book.parameter.otherwise": Text("其他：{value}", "otherwise: {value}"),
    "book.parameter.choice": Text("{value}（另可选：{others}）", "{value} (it could be: {others})"),
    "book.parameter.own": Text("该方案另定：{value}", "set by this profile: {value}"),
    "book.yes": Text("是", "yes"),
    "book.no": Text("否", "no"),
    "book.ours": Text("编者的选择", "a choice of ours"),
    "book.law": Text("规范和条文", "The law"),
    "book.law.number": Text("文号", "Number"),
    "book.law.short": Text("本书中的简称", "Called here"),
    "book.law.level": Text("层级", "Level"),
    "book.law.review": Text("复核日", "To be reviewed by"),
    "book.law.overdue": Text("{day}，已过", "{day}, which has passed"),
    "book.law.carries_if": Text("支撑负担的前提", "Carries a burden only if"),
    "book.law.none": Text("没有列出条文，只作整体引用", "no provisions are listed; it is cited as a whole"),
    "book.provision": Text("条文", "Provision"),
    "book.provision.says": Text("要旨", "What it says"),
    "book.provision.checked": Text("核对和施行", "Checked; in force"),
    "book.provision.carries": Text("支撑的负担", "Burdens that it carries"),
    "book.provision.carries.by": Text("{name}：{what}", "{name}: {what}"),
    "book.provision.used": Text("用于", "Used by"),
    "book.provision.covers": Text(
        "“{measures}”；事项：{matters}；主体：{persons}", "“{measures}”; matters: {matters}; persons: {persons}"
    ),
    "book.unchecked": Text("{name}（未核对）", "{name} (not checked)"),
    "book.checked.official": Text("据原件核对", "checked against the original"),
    "book.checked.republished": Text("据转载核对", "checked against a re-publication"),
    "book.checked.unchecked": Text("未核对", "not checked"),
    "book.level.law": Text("法律", "law"),
    "book.level.regulation": Text("行政法规", "administrative regulation"),
    "book.level.central_policy": Text("党中央、国务院文件", "central document"),
    "book.level.ministry_rule": Text("部门规章", "ministry rule"),
    "book.level.normative": Text("规范性文件", "normative document"),
    "book.level.local_regulation": Text("地方性法规", "local regulation"),
    "book.level.judicial": Text("司法解释和司法文件", "judicial interpretation or paper"),
    "book.level.report": Text("报道", "report"),
    "book.open": Text("尚待回答的", "Open questions"),
    "book.open.contested": Text("有不同意见的规则", "Rules against which there are positions"),
    "book.open.unchecked": Text("未核对的条文", "Provisions that were not checked"),
    "book.open.caps": Text("依据不支撑、因而降低的措施（{day}）", "Measures reduced for want of a basis ({day})"),
    "book.open.rule": Text("规则", "Rule"),
    "book.open.profile": Text("方案", "Profile"),
    "book.open.left": Text("降低后", "What is left"),
    "book.open.position": Text("意见", "Position"),
    "book.left_out": Text("未编入的条款", "What is not encoded"),
    "book.left_out.clause": Text("条款", "Clause"),
    "book.left_out.why": Text("理由", "Why"),
    "book.left_out.by": Text("由谁决定", "Decided by"),
    "book.words": Text("措施和事项", "Measures and matters"),
    "book.words.measures": Text("措施", "Measures"),
    "book.words.matters": Text("事项", "Matters"),
    "book.words.group": Text("类别", "Group"),
    "book.words.note": Text("说明", "Note"),
    "book.words.cap": Text("没有依据支撑的负担降低为此", "what is left of a burden that no provision carries"),
    "book.calendar": Text("工作日", "Working days"),
    "book.calendar.year": Text("年份", "Year"),
    "book.calendar.notice": Text("通知", "Notice"),
    # The command line
    "case": Text("案件 {file}", "Case {file}"),
    "demo": Text(
        "演示：以下案件中的主体、代码和名单记录均为虚构，不涉及任何真实主体；所示政策不代表任何机关的立场。",
        "Demonstration: the persons, codes and entries of these cases are made up and concern nobody; "
        "the policy shown is no position of any authority.",
    ),
    "demo.case": Text("演示 {number} ─ {title}", "Demonstration {number} ─ {title}"),
    "doctor.language": Text("政策语言", "policy language"),
    "doctor.absent": Text("缺失", "is missing"),
    "doctor.extra": Text("可选组件 {extra}：已安装", "extra {extra}: installed"),
    "doctor.extra.missing": Text(
        "可选组件 {extra}：缺 {absent}；安装：{command}", "extra {extra}: {absent} missing; {command} brings it"
    ),
    "doctor.no_policy": Text(
        "没有随库政策：安装不完整", "there are no shipped policies: the installation is incomplete"
    ),
    "doctor.sound": Text("安装正常（可选组件除外，见上）", "the installation is sound (extras: see above)"),
    "doctor.unsound": Text("安装有缺失，见上", "something is missing or wrong, see above"),
    "decide.counts": Text("判定 {decided} 个，有误 {bad} 个", "{decided} decided, {bad} bad"),
    "check.ok": Text(
        "政策 {name}（{title}）{version} 版没有发现问题。",
        "No problem was found in the policy {name} ({title}), version {version}.",
    ),
    "check.found": Text(
        "规则 {rules} 条，共用除外情形 {exceptions} 条，适用范围规定 {scope} 条；参数 {parameters} 个，定义 {definitions} 个，"
        "方案 {profiles} 个；引用的法律文件 {instruments} 件、条文 {provisions} 条；未编入规则的条款 {not_encoded} 条。",
        "Rules: {rules}; shared exceptions: {exceptions}; scope rules: {scope}; parameters: {parameters}; definitions: {definitions}; "
        "profiles: {profiles}; instruments: {instruments} with {provisions} provisions; clauses that no rule decides: {not_encoded}.",
    ),
    "check.source": Text(
        "来源列出 {rows} 项，其中 {encoded} 项已编入，其余注明了不编入的理由。",
        "The source lists {rows} points; {encoded} are encoded, the others say why not.",
    ),
    "check.overdue": Text(
        "提醒：规范 {name} 应在 {day} 前复核。", "Note: the instrument {name} was to be reviewed by {day}."
    ),
    "check.digest": Text("摘要：{digest}", "Digest: {digest}"),
    "check.problems": Text("发现 {count} 个问题。", "Problems found: {count}."),
    "test.failed": Text(
        "{place}: 未通过：{name}（方案 {profile}，判断日 {day}）",
        "{place}: failed: {name} (profile {profile}, as of {day})",
    ),
    "test.summary": Text("通过 {passed} 个，未通过 {failed} 个", "{passed} passed, {failed} failed"),
    "test.unreviewed": Text(
        "通过的案例中有 {count} 个由程序生成、尚无人审阅，不作为验收依据",
        "{count} of those passed are generated and not reviewed by anybody; they accept nothing",
    ),
    "test.changes": Text(
        "从左边的决定到右边的决定，变化是：", "what changed from the decision on the left to that on the right:"
    ),
    "test.other_policy": Text(
        "{file} 写的政策是 `{named}`，这里按 `{given}` 运行",
        "{file} names the policy `{named}`; it is run against `{given}` here",
    ),
    "bad.case_name": Text("没有名为 `{given}` 的案例；相近的有：{near}", "there is no case `{given}`; near it: {near}"),
    "bad.case_name.none": Text("没有名为 `{given}` 的案例", "there is no case `{given}`"),
    "bad.no_case": Text("没有剩下要运行的案例", "no case is left to be run"),
    # Why a case of a policy failed
    "fail.absent": Text("应当成立而没有成立：{what}", "expected, but not established: {what}"),
    "fail.absent.undetermined": Text(
        "应当待核实而没有待核实：{what}", "expected to be undetermined, but is not: {what}"
    ),
    "fail.absent.lifted": Text("应当被除外而没有被除外：{what}", "expected to be lifted, but is not: {what}"),
    "fail.absent.exception": Text("应当适用而没有适用：{what}", "expected to apply, but does not: {what}"),
    "fail.absent.follow_up": Text("应当办理而没有列出：{what}", "expected to be due, but is not: {what}"),
    "fail.present": Text("预期之外成立：{what}", "established, but not expected: {what}"),
    "fail.present.undetermined": Text("预期之外待核实：{what}", "undetermined, but not expected to be: {what}"),
    "fail.present.lifted": Text("预期之外被除外：{what}", "lifted, but not expected to be: {what}"),
    "fail.present.exception": Text("预期之外适用：{what}", "applies, but not expected to: {what}"),
    "fail.present.follow_up": Text("预期之外须办理：{what}", "due, but not expected to be: {what}"),
    "fail.outcome": Text("结果由此而来：{what}", "the outcome comes from: {what}"),
    "fail.rule": Text("规则 {id}“{title}” {place}", "rule {id} “{title}” {place}"),
    "fail.scope": Text("适用范围规定 {id}“{title}” {place}", "scope rule {id} “{title}” {place}"),
    "fail.exception": Text(
        "规则 {rule} 的除外情形 {id}“{title}” {place}", "exception {id} “{title}” of rule {rule} {place}"
    ),
    "fail.follow_up": Text("后续事项 {id}“{title}” {place}", "follow-up {id} “{title}” {place}"),
    "fail.true": Text("符合　", "holds  "),
    "fail.false": Text("不符合", "FAILS  "),
    "fail.null": Text("未知　", "UNKNOWN"),
    "fail.condition": Text("{state} {label}（{facts}） {place}", "{state} {label} ({facts}) {place}"),
    "fail.condition.bare": Text("{state} {label} {place}", "{state} {label} {place}"),
    "fail.value": Text("{title} = {value}", "{title} = {value}"),
    "fail.value.on": Text("{day} 的{title} = {value}", "{title} on {day} = {value}"),
    "fail.value.unknown": Text("{title} 未知，地址 {address}", "{title} not known, address {address}"),
    "fail.record": Text("就记录 {record}（{link}）：", "for the record {record} ({link}):"),
    "fail.record.nobody": Text("就记录 {record}：", "for the record {record}:"),
    "fail.record.source": Text("就来源可能有而没有答复的记录：", "for records of a source that did not answer:"),
    "fail.further": Text("同时看记录 {record}", "together with the record {record}"),
    "fail.others": Text("另有 {count} 条记录同样接近", "{count} more records come as near"),
    "fail.exists": Text("有此记录", "there is such a record"),
    "fail.persons": Text("该记录与主体的关系是 {persons} 之一", "the record is that of one of: {persons}"),
    "fail.link": Text("关系：{link}", "link: {link}"),
    "fail.in_scope": Text("不属于 {what}", "not taken out by {what}"),
    "fail.lifted": Text("条件都符合，但被除外：{what}", "all of it holds, but it is lifted by {what}"),
    "fail.perhaps": Text("条件都符合，但可能被除外：{what}", "all of it holds, but it may be lifted by {what}"),
    "fail.capped_away": Text(
        "条件都符合，但“{measure}”没有依据支撑，降低后什么也不剩",
        "all of it holds, but no basis carries “{measure}”, and nothing is left of it",
    ),
    "fail.capped": Text(
        "规则 {id} 给出“{measure}”：“{from_}”没有依据支撑，因而降低",
        "rule {id} gives “{measure}”: no basis carries “{from_}”, so it is reduced",
    ),
    "fail.uncapped": Text("规则 {id} 给出“{measure}”，没有降低", "rule {id} gives “{measure}”, which was not reduced"),
    "fail.not_in_force": Text("{day} 不在其施行期间（{days}）之内", "{day} is not in its own period ({days})"),
    "fail.fell": Text("{day} 其依据均未施行或者已失效：{bases}", "on {day} none of its bases is in force: {bases}"),
    "fail.nobody": Text(
        "方案“{profile}”没有给它留下任何事项或者主体", "the profile “{profile}” leaves it no matter or no person"
    ),
    "fail.kind": Text("它判定的是{kind}，本案判定的是{about}", "it decides upon: {kind}; the case upon: {about}"),
    "fail.matter": Text("它不涉及事项“{matter}”", "it is not for the matter “{matter}”"),
    "fail.no_record": Text("案件中没有这类记录：{kind}", "the case has no record of this kind: {kind}"),
    "fail.rule_not_tried": Text("规则 {rule} 没有涉及任何记录", "rule {rule} looked at no record"),
    "fail.unless": Text("已采取“{measure}”，它因此不办理", "“{measure}” was given, so it is not due"),
    "fail.after": Text(
        "没有采取它所跟随的任何措施：{measures}", "none of the measures that it follows was given: {measures}"
    ),
    "fail.missing": Text(
        "预期之外缺少：{address}（{title}；规则 {rules}）",
        "missing, but not expected: {address} ({title}; rules {rules})",
    ),
    "fail.not_missing": Text("预期缺少而并不缺少：{address}", "expected to be missing, but is not: {address}"),
    "fail.clock": Text("{what}：{clock}", "{what}: {clock}"),
    "fail.again": Text("复现：{command}", "to repeat: {command}"),
    # What cases put to the test
    "coverage.title": Text("案例覆盖：{name}", "What the cases of {name} put to the test"),
    "coverage.cases": Text(
        "政策 {name}（{version}）：已复核的案例 {reviewed} 个，未复核的 {unreviewed} 个，没有作出决定的 {undecided} 个。",
        "Policy {name} ({version}): {reviewed} reviewed cases, {unreviewed} that nobody reviewed, {undecided} without a decision.",
    ),
    "coverage.reviewed_only": Text("未复核的案例不计入。", "Cases that nobody reviewed do not count."),
    "coverage.all_count": Text("未复核的案例也计入。", "Cases that nobody reviewed count as well."),
    "coverage.rules": Text("规则（案例写明成立）", "rules (asserted by a case)"),
    "coverage.exceptions": Text("除外情形（适用和不适用）", "exceptions (applied and not applied)"),
    "coverage.sides": Text("条件的各种结果（符合、不符合、未知）", "sides of conditions (true, false, unknown)"),
    "coverage.boundaries": Text("界限（日期、数值、施行期间）", "boundaries (days, numbers, days of force)"),
    "coverage.members": Text("所列各项和所列之外", "members of lists, and what lies outside"),
    "coverage.figure": Text(
        "{figure}：{covered}/{feasible}（{percent}%），另有 {infeasible} 项不可能达到",
        "{figure}: {covered} of {feasible} ({percent} %), {infeasible} more out of reach",
    ),
    "coverage.established": Text(
        "有案例使其成立的规则（不论案例是否写明）：{count} 条",
        "rules that some case establishes, asserted or not: {count}",
    ),
    "coverage.uncovered": Text("未覆盖的 {count} 项：", "Not covered: {count}"),
    "coverage.infeasible": Text("不可能达到的 {count} 项：", "Out of reach: {count}"),
    "coverage.reason": Text("{item}：{why}", "{item}: {why}"),
    "coverage.declared": Text("{why}（在 coverage.yaml 中声明）", "{why} (declared in coverage.yaml)"),
    "coverage.more": Text("另有 {count} 项，加 --all 全部列出", "{count} more; --all lists them"),
    "coverage.below": Text("低于 {wanted}%：{figure} {percent}%", "below {wanted} %: {figure} {percent} %"),
    "coverage.legend": Text("图例", "Legend"),
    "coverage.state.covered": Text("已覆盖", "covered"),
    "coverage.state.partly": Text("部分覆盖", "partly covered"),
    "coverage.state.uncovered": Text("未覆盖", "not covered"),
    "coverage.state.infeasible": Text("不可能达到", "out of reach"),
    "coverage.by": Text("{address}：{cases}", "{address}: {cases}"),
    "coverage.by_more": Text("{cases} 等 {count} 个案例", "{cases} and others, {count} cases in all"),
    "coverage.missing": Text("{address}：未覆盖", "{address}: not covered"),
    "coverage.text": Text("政策文本", "The text of the policy"),
    "bad.fail_under": Text(
        "须与 --coverage 同用，且在 0 至 100 之间", "goes with --coverage and lies between 0 and 100"
    ),
    "bad.date": Text("`{given}` 不是日期；请写成 2020-06-05 这样", "`{given}` is no date; write it like 2020-06-05"),
    "bad.profile": Text("没有方案 `{given}`；可用的有：{known}", "there is no profile `{given}`; known here: {known}"),
    "bad.stdin": Text("`-`（标准输入）只能写一次", "`-`, standard input, can be given once"),
    "bad.one_case": Text("这里只要一个案件", "exactly one case is asked for here"),
    "no_output": Text("结果无法写出：{why}", "the result cannot be written: {why}"),
    "bad.schema_policy": Text(
        "只有案件（case）和卷宗（dossier）的 Schema 随政策的词表而不同",
        "only the schema of a case or a dossier depends on the vocabulary of a policy",
    ),
    "bad.schema_dossier": Text(
        "该政策的词表没有卷宗（没有写 `several`）",
        "the vocabulary of this policy has no dossiers, as nothing in it is `several`",
    ),
    "bad.day": Text("政策 `{policy}` 在 {day} 未施行", "the policy `{policy}` is not in force on {day}"),
    "bad.code": Text("没有代码 `{given}`；相近的有：{known}", "there is no code `{given}`; near it are {known}"),
    "bad.code.form": Text(
        "没有代码 `{given}`；代码写成 CR-P001 这样", "there is no code `{given}`; codes are written like CR-P001"
    ),
    # What a diagnostic code means
    "problem.error": Text("错误", "error"),
    "problem.warning": Text("提醒，案件照常判定", "warning, the case is decided all the same"),
    "problem.head": Text("{code} {title}（{kind}）", "{code} {title} ({kind})"),
    "problem.finds": Text("发现什么：{text}", "What it finds: {text}"),
    "problem.why": Text("为何重要：{text}", "Why it matters: {text}"),
    "problem.do": Text("怎样改：{text}", "What to do: {text}"),
    "problem.unshown": Text("没有例子：{text}", "No example: {text}"),
    "problem.example": Text("例子（{place}）：", "Example ({place}):"),
    "problem.instead": Text("应写成：", "Write instead:"),
    "problem.page.example": Text("例子", "Example"),
    "problem.page.instead": Text("应写成", "Write instead"),
    "problem.in.policy": Text("政策文件", "policy file"),
    "problem.in.cases": Text("政策的案例（cases.yaml）", "case of a policy (cases.yaml)"),
    "problem.in.case": Text("案件文件", "case file"),
    "problem.in.json": Text("JSON 案件", "case in JSON"),
    "problem.in.python": Text("Python 程序", "Python program"),
    "problem.in.command": Text("命令", "command"),
    "internal": Text(
        "内部错误（{kind}）。这是程序的缺陷，不是您的输入有误；设置 CREDITRULES_TRACEBACK=1 可显示详情。",
        "Internal error ({kind}). This is a defect of the program and not of what you gave; CREDITRULES_TRACEBACK=1 shows details.",
    ),
}


def say(sentence: str, lang: Lang, **values: object) -> str:
    """A sentence of the table with its gaps filled.

    >>> say("measure", "zh", measure="从严审核")
    '本规则给出的措施：从严审核。'
    """
    return SENTENCES[sentence].in_(lang).format(**values)


def both(sentence: str, **values: object) -> Text:
    """A sentence of the table in both languages."""
    return Text(say(sentence, "zh", **values), say(sentence, "en", **values))
