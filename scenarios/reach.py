"""What reaches what: candidates and demand points of a covering problem, from cells and radii.

Two rules, by the radius of a cell's settlement class (docs/allocation.md says why):

- **disc**: a site covers every demand cell whose centre is within the radius;
- **area**: where the radius is below 1.5 spacings of cell centres, centre-to-centre distances say nothing. There
  ``n`` sites cover the share ``min(1, n x 0.866 ISD² / area)`` of a *patch*: the cell itself, or, where one site
  serves more than a cell, the cells of the same class and quota unit under the nearest ancestor that is large enough.
  A patch is cut into slices of one site's area, the last one smaller, so that one covering problem holds both rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from geo import grid
from geo.distance import earth_centred, straight_line

#: Radii below this many spacings of cell centres are covered by the area rule.
AREA_RULE_BELOW = 1.5
_LEVELS_UP = 3

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Reach:
    """A covering problem over slices of patches.

    Attributes
    ----------
    covers : (n_candidates, n_points) csr_array of bool
    candidate_cell : (n_candidates,) int64
        The cell in which a candidate site stands.
    point_patch, demand : (n_points,) int64
        The patch to which a demand point belongs, and its whole demand; a patch's points sum to its cells' demand.
    cell_patch, cell_demand : (n_cells,) int64
    area_rule : (n_cells,) bool
        Where the area rule holds; elsewhere discs, whose patches are single cells.
    """

    covers: sparse.csr_array
    candidate_cell: Ints
    point_patch: Ints
    demand: Ints
    cell_patch: Ints
    cell_demand: Ints
    area_rule: Bools

    def covered_by_cell(self, chosen: Ints) -> Ints:
        """Return the covered demand of each cell when the candidates ``chosen`` are built.

        Whole numbers; a patch's covered demand is shared among its cells by their demand and sums exactly.
        """
        reached = np.zeros(len(self.demand), dtype=bool)
        if len(chosen):
            reached[self.covers[chosen].indices] = True
        n_patches = int(self.cell_patch.max()) + 1
        covered = np.zeros(n_patches, dtype=np.int64)
        np.add.at(covered, self.point_patch[reached], self.demand[reached])
        return share_out(covered, self.cell_patch, self.cell_demand)

    def candidates_of(self, sites: Ints) -> Ints:
        """Return the candidates that stand for given sites by cell: as many slices of a patch as it has sites.

        Sites beyond a patch's slices add nothing.
        """
        patch = self.cell_patch[self.candidate_cell]
        have = np.zeros(int(self.cell_patch.max()) + 1, dtype=np.int64)
        np.add.at(have, self.cell_patch, sites)
        order = np.argsort(patch, kind="stable")
        begins = np.searchsorted(patch[order], patch[order])
        rank = np.empty(len(patch), dtype=np.int64)
        rank[order] = np.arange(len(patch)) - begins
        return np.flatnonzero(rank < have[patch])

    def first_reached(self, chosen: Ints) -> Ints:
        """Return for each cell the demand that its own sites are the first to reach, in the order of ``chosen``.

        Sums over all cells to the covered demand, so that the reasons of a plan add up to the plan.
        """
        newly = np.zeros(len(self.cell_patch), dtype=np.int64)
        if not len(chosen):
            return newly
        rows = self.covers[chosen].tocoo()
        first = np.full(len(self.demand), len(chosen), dtype=np.int64)
        np.minimum.at(first, rows.col, rows.row)
        reached = first < len(chosen)
        np.add.at(newly, self.candidate_cell[chosen[first[reached]]], self.demand[reached])
        return newly


def share_out(totals: Ints, member_of: Ints, weights: Ints) -> Ints:
    """Share whole totals among members by whole weights, exactly: differences of a rounded running sum.

    Parameters
    ----------
    totals : (n_groups,) int64, at most the group's weight
    member_of, weights : (n,) int64

    Returns
    -------
    (n,) int64
        Sums to ``totals`` over each group whose weights are not all zero; no member gets more than its weight.
    """
    order = np.argsort(member_of, kind="stable")
    group, weight = member_of[order], weights[order]
    whole = np.bincount(member_of, weights=weights, minlength=len(totals)).astype(np.int64)
    running = np.cumsum(weight)
    begins = np.concatenate([[0], np.cumsum(whole)[:-1]])
    within = running - begins[group]
    upto = within * totals[group] // np.maximum(whole[group], 1)
    before = (within - weight) * totals[group] // np.maximum(whole[group], 1)
    shares = np.empty_like(weights)
    shares[order] = upto - before
    return shares


def site_coverage(
    demand: Ints, radius_m: Floats, site_area_m2: Floats, classes: Ints, groups: Ints,
    cells: NDArray[np.uint64], areas_m2: Floats, allowed: Bools, given: Ints | None = None,
) -> Reach:  # fmt: skip
    """Build the covering problem of sites whose radius may be smaller than a cell.

    Parameters
    ----------
    demand : (n,) int64
        Whole demand of each cell.
    radius_m, site_area_m2 : (n,) float
        Reach of a site in the cell, and the area one site serves in a hexagonal layout.
    classes, groups : (n,) int64
        Settlement class and quota unit of each cell; a patch never crosses either.
    allowed : (n,) bool
        Cells in which a site may stand.
    given : (n,) int64, optional
        Sites that stand, or must stand, in each cell, wherever that is; the first slices of a patch are theirs.
    """
    fixed = np.zeros(len(cells), dtype=np.int64) if given is None else given
    allowed = allowed | (fixed > 0)
    area_rule = radius_m < AREA_RULE_BELOW * grid.spacing(grid.resolution_of(cells))
    patch = patches(cells, areas_m2, site_area_m2, classes, groups, area_rule)
    inside = np.flatnonzero(area_rule)
    points, candidates, covered_point = _slices(inside, patch, demand, areas_m2, site_area_m2, allowed, fixed)
    disc = np.flatnonzero(~area_rule)
    stand = np.flatnonzero(allowed[disc])
    own = sparse.csr_array(
        (np.ones(len(candidates), dtype=bool), (np.arange(len(candidates)), covered_point)),
        shape=(len(candidates), len(points[0])),
    )
    others = discs(cells[disc], radius_m[disc], "candidate")[stand]
    return Reach(
        sparse.csr_array(sparse.block_diag([own, others], format="csr")),
        np.concatenate([candidates, disc[stand]]),
        np.concatenate([points[0], patch[disc]]),
        np.concatenate([points[1], demand[disc]]),
        patch,
        demand,
        area_rule,
    )


def patches(
    cells: NDArray[np.uint64],
    areas_m2: Floats,
    site_area_m2: Floats,
    classes: Ints,
    groups: Ints,
    area_rule: Bools,
) -> Ints:
    """Return the patch of each cell (0, 1, ...): itself, or its share of the nearest ancestor as large as one site."""
    resolution = grid.resolution_of(cells)
    ancestor = cells.copy()
    for up in range(1, _LEVELS_UP + 1):
        typical = float(areas_m2.mean()) * 7.0 ** (up - 1)
        small = area_rule & (site_area_m2 > typical) & (resolution - up >= 0)
        if not small.any():
            break
        ancestor[small] = grid.parents(cells[small], resolution - up)
    key = np.stack([ancestor.view(np.int64), classes * 10_000 + groups], axis=1)
    return np.unique(key, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def discs(
    cells: NDArray[np.uint64], radius_m: Floats, by: str, candidates: Ints | None = None
) -> sparse.csr_array:
    """Return which cell's site covers which cell: rows are candidates, columns demand cells.

    ``by`` says whose radius counts: the ``candidate``'s (a transmitter's reach) or the ``demand``'s (the distance
    that people there are asked to go). ``candidates`` limits the rows to these cells, in their order.
    """
    n = len(cells)
    rows_wanted = np.arange(n) if candidates is None else np.asarray(candidates, dtype=np.int64)
    if not n or not len(rows_wanted):
        return sparse.csr_array((len(rows_wanted), n), dtype=bool)
    points = grid.centroids(cells)
    ground, latitude = earth_centred(points[:, 0], points[:, 1]), float(points[:, 1].mean())
    rows, columns = [], []
    limits = radius_m[rows_wanted] if by == "candidate" else radius_m
    for limit in np.unique(limits).tolist():
        who = rows_wanted if by != "candidate" else rows_wanted[limits == limit]
        whom = np.arange(n) if by == "candidate" else np.flatnonzero(limits == limit)
        # a disc on the ground is a ball in space: chord and arc differ by less than a millimetre at 10 km
        near = cKDTree(ground[who]).sparse_distance_matrix(
            cKDTree(ground[whom]), straight_line(limit, latitude), output_type="ndarray"
        )
        rows.append((who if by == "candidate" else np.arange(len(who)))[near["i"]])
        columns.append(whom[near["j"]])
    row, column = np.concatenate(rows), np.concatenate(columns)
    if by == "candidate" and candidates is not None:
        place = np.full(n, -1, dtype=np.int64)
        place[rows_wanted] = np.arange(len(rows_wanted))
        row = place[row]
    matrix = sparse.csr_array((np.ones(len(row), dtype=bool), (row, column)), shape=(len(rows_wanted), n))
    matrix.sort_indices()
    return matrix


def _slices(
    inside: Ints,
    patch: Ints,
    demand: Ints,
    areas_m2: Floats,
    site_area_m2: Floats,
    allowed: Bools,
    given: Ints,
) -> tuple[tuple[Ints, Ints], Ints, Ints]:
    """Cut the patches of the cells ``inside`` into slices.

    Returns ((patch, demand) of each slice, the cell of each candidate, the slice each candidate covers).
    """
    ids, member = np.unique(patch[inside], return_inverse=True)
    n = len(ids)
    area = np.bincount(member, weights=areas_m2[inside], minlength=n)
    site = np.zeros(n)
    site[member] = site_area_m2[inside]
    whole = np.zeros(n, dtype=np.int64)
    np.add.at(whole, member, demand[inside])
    share = np.minimum(site / np.maximum(area, 1.0), 1.0) if n else np.zeros(0)
    count = np.ceil(np.round(1.0 / np.maximum(share, 1e-9), 6)).astype(np.int64)
    owner = np.repeat(np.arange(n), count)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    # rounding the running sum, not each slice, keeps a patch's slices summing to its demand exactly
    running = np.floor(whole[owner] * np.minimum((number + 1) * share[owner], 1.0) + 0.5).astype(np.int64)
    running[number == count[owner] - 1] = whole[owner[number == count[owner] - 1]]
    before = np.where(number == 0, 0, np.concatenate([[0], running[:-1]])) if len(running) else running
    cell, slice_ = _standing(inside, member, demand, allowed, given, owner, number)
    return (ids[owner], running - before), cell, slice_


def _standing(
    inside: Ints, member: Ints, demand: Ints, allowed: Bools, given: Ints, owner: Ints, number: Ints
) -> tuple[Ints, Ints]:
    """Give each slice a cell to stand in: first those of the given sites, then the patch's allowed cells in turn.

    Allowed cells come with the most demand first, those that hold a given site last; ties by cell id.
    """
    n = int(member.max()) + 1 if len(member) else 0
    held = given[inside]
    standing = np.repeat(np.argsort(member, kind="stable"), held[np.argsort(member, kind="stable")])
    had = np.bincount(member[standing], minlength=n)
    usable = np.flatnonzero(allowed[inside])
    order = usable[np.lexsort((inside[usable], -demand[inside[usable]], held[usable] > 0, member[usable]))]
    available = np.bincount(member[order], minlength=n)
    begins, first = np.cumsum(available) - available, np.cumsum(had) - had
    slices = np.flatnonzero(available[owner] > 0)
    who, turn = owner[slices], number[slices]
    old = turn < had[who]
    place = np.empty(len(slices), dtype=np.int64)
    place[old] = standing[first[who[old]] + turn[old]]
    fresh = who[~old]
    place[~old] = order[begins[fresh] + (turn[~old] - had[fresh]) % available[fresh]]
    return inside[place], slices
