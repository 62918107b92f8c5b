"""LP and MIP solving by HiGHS: proofs on small instances, and checks of the Lagrangian bound.

The only module that loads a solver. One thread, effort counted in nodes, so results repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from scenarios.allocation.inputs import Bools, Floats, Ints
from scenarios.allocation.instance import Instance


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver says: values of the columns (None if it has none), its bound, and whether it finished."""

    values: Floats | None
    bound: float
    finished: bool


def solve(
    cost: Floats,
    rows: sparse.csr_matrix,
    row_low: Floats,
    row_high: Floats,
    column_high: Floats,
    whole: Bools | None = None,
    *,
    maximise: bool = True,
    nodes: int = 5_000,
    interior: bool = False,
    start: Floats | None = None,
) -> Solved:
    """Solve ``max (or min) cost x, row_low <= rows x <= row_high, 0 <= x <= column_high``.

    Parameters
    ----------
    whole : (n,) bool, optional
        Columns that must be whole numbers; None solves the linear relaxation.
    nodes : int
        Most branch-and-bound nodes; a search cut short is reported ``finished=False``, never optimal.
    interior : bool
        Interior point without crossover: far quicker than simplex on large relaxations.
    start : (n,) float, optional
        A good plan; the search then only proves or improves it (no heuristics, no restarts: twice as quick here).
    """
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), rows.shape[0]
    model.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
    model.col_cost_ = cost.astype(np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(len(cost)), column_high.astype(np.float64)
    model.row_lower_, model.row_upper_ = row_low.astype(np.float64), row_high.astype(np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.indptr.astype(np.int32)
    model.a_matrix_.index_ = rows.indices.astype(np.int32)
    model.a_matrix_.value_ = rows.data.astype(np.float64)
    if whole is not None:
        kinds = [highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger]
        model.integrality_ = [kinds[int(flag)] for flag in whole]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    if whole is not None:
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 1e-6)
        solver.setOptionValue("mip_max_nodes", nodes)
    elif interior:
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    if start is not None:
        for option, value in (
            ("mip_heuristic_effort", 0.0),
            ("mip_allow_restart", False),
            ("presolve", "off"),
        ):
            solver.setOptionValue(option, value)
    solver.passModel(model)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        solver.setSolution(known)
    solver.run()
    info = solver.getInfo()
    finished = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if feasible else None
    bound = info.mip_dual_bound if whole is not None else info.objective_function_value
    return Solved(values, float(bound), finished)


def _covering_model(
    instance: Instance, keep: Ints
) -> tuple[Floats, sparse.csr_matrix, Floats, Floats, float]:
    """Return (cost, rows, low, high, unit) of maximal covering on the kept candidates.

    Columns are the candidates, then the points; rows say y <= sum x for each point and hold the group
    budgets. Points that the same candidates cover are one point; demand is in multiples of ``unit``.
    """
    n = len(keep)
    every = sparse.csr_matrix(
        (np.ones(len(instance.indices)), instance.indices, instance.pointers),
        shape=(instance.size, len(instance.demand)),
    )
    by_point = every[keep].T.tocsr()
    by_point.sort_indices()
    place: dict[bytes, int] = {}
    merged = np.full(by_point.shape[0], -1, np.int64)
    for j in np.flatnonzero(np.diff(by_point.indptr) > 0):
        key = by_point.indices[by_point.indptr[j] : by_point.indptr[j + 1]].tobytes()
        merged[j] = place.setdefault(key, len(place))
    reached = np.flatnonzero(merged >= 0)
    demand = np.zeros(len(place), np.int64)
    np.add.at(demand, merged[reached], instance.demand[reached])
    first = np.full(len(place), -1, np.int64)
    first[merged[reached[::-1]]] = reached[::-1]
    unit = float(max(demand.max(initial=1), 1))
    group = sparse.csr_matrix(
        (np.ones(n), (instance.group[keep], np.arange(n))), shape=(len(instance.budgets), n)
    )
    rows = sparse.vstack(
        [
            sparse.hstack([-by_point[first], sparse.identity(len(place))]),
            sparse.hstack([group, sparse.csr_matrix((len(instance.budgets), len(place)))]),
        ],
        format="csr",
    )
    low = np.full(rows.shape[0], -np.inf)
    high = np.concatenate([np.zeros(len(place)), instance.budgets.astype(np.float64)])
    return np.concatenate([np.zeros(n), demand / unit]), rows, low, high, unit


def relaxation(instance: Instance) -> float:
    """Return the value of the linear relaxation, in scaled demand newly covered (a check on the bound)."""
    cost, rows, low, high, unit = _covering_model(instance, np.arange(instance.size))
    return solve(cost, rows, low, high, np.ones(len(cost)), interior=True).bound * unit


def prove(
    instance: Instance,
    keep: Ints,
    nodes: int,
    known: npt.NDArray[np.uint8],
    apart: sparse.csr_matrix | None = None,
) -> tuple[npt.NDArray[np.int64], float, bool]:
    """Search the kept candidates for a better plan than ``known`` (0/1 for each candidate) by branch and bound.

    ``apart`` holds rows over the kept candidates of which at most one may be chosen.

    Returns
    -------
    (chosen candidates, upper bound in scaled demand over the kept candidates, finished)
    """
    cost, rows, low, high, unit = _covering_model(instance, keep)
    points = len(cost) - len(keep)
    if apart is not None:
        empty = sparse.csr_matrix((apart.shape[0], points))
        rows = sparse.vstack([rows, sparse.hstack([apart, empty])], format="csr")
        low = np.concatenate([low, np.full(apart.shape[0], -np.inf)])
        high = np.concatenate([high, np.ones(apart.shape[0])])
    whole = np.zeros(len(cost), bool)
    whole[: len(keep)] = True
    start = np.zeros(len(cost))
    start[: len(keep)] = known[keep]
    start[len(keep) :] = np.minimum(-(rows[:points, : len(keep)] @ start[: len(keep)]), 1.0)
    solved = solve(cost, rows, low, high, np.ones(len(cost)), whole, nodes=nodes, start=start)
    if solved.values is None:
        return np.zeros(0, np.int64), np.inf, False
    chosen = keep[solved.values[: len(keep)] > 0.5]
    # what the solver's tolerance of 1e-6 a row may hide
    margin = 1e-6 * (1.0 + float(cost.sum()) * 1e-3)
    return chosen, (solved.bound + margin) * unit, solved.finished


def fewest(
    matrix: sparse.csr_matrix, demand: Ints, goal_of_point: Ints, needed: Ints, fixed: Ints, nodes: int
) -> tuple[Ints, int]:
    """Search for the fewest candidates that cover ``needed[c]`` of every goal; goal 0 is all points.

    Returns
    -------
    (chosen candidates, none if the search found none; lower bound on their number)
    """
    n, points = matrix.shape
    unit = float(max(demand.max(initial=1), 1))
    goals = sparse.lil_matrix((len(needed), n + points))
    for c in range(len(needed)):
        members = np.arange(points) if c == 0 else np.flatnonzero(goal_of_point == c)
        goals[c, n + members] = demand[members] / unit
    ones = sparse.csr_matrix((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
    cover = sparse.hstack([-ones.T, sparse.identity(points)])
    held = sparse.csr_matrix(
        (np.ones(len(fixed)), (np.arange(len(fixed)), fixed)), shape=(len(fixed), n + points)
    )
    rows = sparse.vstack([cover, goals, held], format="csr")
    # a goal is asked a hair too little, so that the solver's tolerance cannot cut off a true plan
    asked = needed / unit * (1.0 - 1e-9) - 1e-7
    low = np.concatenate([np.full(points, -np.inf), asked, np.ones(len(fixed))])
    high = np.concatenate([np.zeros(points), np.full(len(needed) + len(fixed), np.inf)])
    cost = np.concatenate([np.ones(n), np.zeros(points)])
    whole = np.arange(n + points) < n
    solved = solve(cost, rows, low, high, np.ones(n + points), whole, maximise=False, nodes=nodes)
    below = max(0, int(np.ceil(solved.bound - 1e-5))) if np.isfinite(solved.bound) else 0
    if solved.values is None:
        return np.zeros(0, np.int64), below
    return np.flatnonzero(solved.values[:n] > 0.5), below
