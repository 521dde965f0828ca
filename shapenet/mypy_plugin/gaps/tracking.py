"""Where sizes become unknown: the error code ``[shape-unknown]``, which is off unless it is asked for.

A call is reported if its result has a size that nobody knows while all that goes into it is known; what flows on from
there is not reported again. An annotation is reported if it leaves a size open. ``[shape-tracked]`` notes the calls
whose result is known; ``shapenet check --report`` counts them.

Nothing here changes a type: with the codes on or off, mypy infers the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar, cast

from mypy.checker import TypeChecker
from mypy.errorcodes import ErrorCode
from mypy.errors import ErrorInfo
from mypy.nodes import Context
from mypy.options import Options
from mypy.plugin import AnalyzeTypeContext, AttributeContext, FunctionContext, MethodContext
from mypy.typeanal import TypeAnalyser
from mypy.types import Instance, ProperType, Type, get_proper_type

from shapenet.mypy_plugin.calls.matching import carried
from shapenet.mypy_plugin.gaps.openness import (
    has_unknown,
    is_mistaken,
    is_unbound,
    mentions_sizes,
    open_places,
    unknowns,
)
from shapenet.mypy_plugin.gaps.reasons import Reason, construction_reason, inputs, reason
from shapenet.mypy_plugin.modules.layers import spelled
from shapenet.mypy_plugin.report import TRACKED_SHAPE, UNKNOWN_SHAPE
from shapenet.mypy_plugin.types.classes import MODULE
from shapenet.mypy_plugin.types.lens import Lens, Lookup

CallContext = FunctionContext | MethodContext
Called = TypeVar("Called", FunctionContext, MethodContext)
_OURS: Final = "shapenet."


def tracked(hook: Callable[[Called], Type], subject: str, told: bool, lookup: Lookup) -> Callable[[Called], Type]:
    """*hook*, and a report if the result has a size that is unknown while its inputs are known.

    *told* says that the user has annotated the result: what is open there was reported there.
    """

    def track(context: Called) -> Type:
        checker = cast("TypeChecker", context.api)
        if not _reporting(checker.options, checker.tree.fullname):
            return hook(context)
        ear = _Ear()
        with checker.msg.filter_errors(filter_errors=ear):
            result = hook(context)
        if not ear.heard:
            _compare(context, get_proper_type(result), subject, told, lookup)
        return result

    return track


def seen(hook: Callable[[AttributeContext], Type], fullname: str, lookup: Lookup) -> Callable[[AttributeContext], Type]:
    """*hook*, and a report if an attribute that shapenet declares has unknown sizes."""

    def see(context: AttributeContext) -> Type:
        result = hook(context)
        checker = cast("TypeChecker", context.api)
        if context.is_lvalue or not fullname.startswith(_OURS):
            return result
        if _reporting(checker.options, checker.tree.fullname) and not has_unknown(Lens(lookup), context.type):
            for problem in unknowns(Lens(lookup), result, deep=False)[:1]:
                _say(checker, f"{'.'.join(fullname.split('.')[-2:])}: {problem}", context.context)
        return result

    return see


def written(context: AnalyzeTypeContext, typ: Type, lookup: Lookup) -> None:
    """Report an annotation that leaves sizes open."""
    analyser = cast("TypeAnalyser", context.api)
    if not _reporting(analyser.options, cast("_Analyzer", analyser.api).cur_mod_id):
        return
    said = get_proper_type(typ)
    if not isinstance(said, Instance) or is_mistaken(said):
        return
    if said.type.has_base(MODULE):
        problem = f"sizes of {said.type.name} are left open" if has_unknown(Lens(lookup), said) else ""
    else:
        problem = open_places(Lens(lookup).shape(said.args))
    if problem:
        analyser.fail(f"annotation: {problem}", context.context, code=UNKNOWN_SHAPE)


class _Analyzer(Protocol):
    cur_mod_id: str


def _reporting(options: Options, module: str) -> bool:
    """Whether the codes are on, and this is a module of the user: shapenet's own are typed for any shape."""
    asked = UNKNOWN_SHAPE in options.enabled_error_codes or TRACKED_SHAPE in options.enabled_error_codes
    return asked and not f"{module}.".startswith(_OURS)


def _compare(context: CallContext, result: ProperType, subject: str, told: bool, lookup: Lookup) -> None:
    checker, lens = cast("TypeChecker", context.api), Lens(lookup)
    problems = unknowns(lens, result, deep=told)
    subject = _spelled(context, lens) or subject
    if not problems:
        if mentions_sizes(result):
            place = f"{context.context.line}:{context.context.column}"
            _say(checker, f"{subject} at {place} is tracked", context.context, TRACKED_SHAPE)
        return
    if _was_known(context, lens, told):
        return
    why = _reason(context, result, lens, told)
    what = "" if why.says_which else f"{problems[0]}: "
    _say(checker, f"{subject}: {what}{why.text}", why.where or context.context)


def _reason(context: CallContext, result: ProperType, lens: Lens, told: bool) -> Reason:
    is_new = isinstance(context, FunctionContext) and not told
    if is_new and isinstance(result, Instance) and result.type.has_base(MODULE) and not _is_holder(result):
        return construction_reason(context, result)
    return reason(context, lens, told)


def _is_holder(module: Instance) -> bool:
    return module.type.has_type_var_tuple_type


def _was_known(context: CallContext, lens: Lens, told: bool) -> bool:
    """Whether the gap was there before: an input has it, or the annotation that the user gave the result."""
    if any(has_unknown(lens, typ) for typ in inputs(context)):
        return True
    signature = carried(context)
    declared = context.default_return_type if signature is None else signature.ret_type
    return told and not is_unbound(declared) and has_unknown(lens, declared)


def _spelled(context: CallContext, lens: Lens) -> str:
    """The module that is called, as other messages name it; empty if it is none."""
    receiver = get_proper_type(context.type) if isinstance(context, MethodContext) else None
    is_module = isinstance(receiver, Instance) and receiver.type.has_base(MODULE)
    return spelled(lens, receiver) if isinstance(receiver, Instance) and is_module else ""


class _Ear:
    """Hears whether something is reported, and lets it through."""

    def __init__(self) -> None:
        self.heard = False

    def __call__(self, file: str, info: ErrorInfo) -> bool:
        self.heard |= info.code != TRACKED_SHAPE
        return False


def _say(checker: TypeChecker, message: str, where: Context, code: ErrorCode = UNKNOWN_SHAPE) -> None:
    """Report, unless mypy is only trying.

    mypy tries overloads with a watcher on its errors, and takes the first that gives none. A gap is no error of the
    call: it must not decide which one is taken, and is not said again when one is. So it goes past the watchers.
    """
    watchers = list(checker.msg.errors.get_watchers())
    if checker.current_node_deferred or (watchers and watchers[0].has_new_errors() and not _is_ear(watchers[0])):
        return
    with _past_watchers(checker):
        say = checker.note if code is TRACKED_SHAPE else checker.fail
        say(message, where, code=code)


@contextmanager
def _past_watchers(checker: TypeChecker) -> Iterator[None]:
    errors = checker.msg.errors
    watchers = errors._watchers
    errors._watchers = [watcher for watcher in watchers if _is_ear(watcher)]
    try:
        yield
    finally:
        errors._watchers = watchers


def _is_ear(watcher: object) -> bool:
    return isinstance(getattr(watcher, "_filter", None), _Ear)
