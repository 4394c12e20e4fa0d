package ci.assay.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Reads branches: their tips, as the observer reported them, and the outcomes of these, whichever
 * branch they were first seen on. If no observer has reported tips, a branch consists of the
 * commits that were first seen on it. If the tip was skipped, the branch has the outcome of the
 * nearest first parent that was tested. Thread-safe.
 */
final class BranchQueries {

  private static final String BRANCHES =
      """
      SELECT branch.id, repository.name AS repository, ref,
             coalesce(revision.queued_at, latest_at) AS latest_at, tip,
             CASE WHEN outcome IS NOT 'skipped' THEN outcome ELSE
               (WITH RECURSIVE line (parent, outcome, depth) AS (
                  SELECT revision.parent, revision.outcome, 0
                  UNION ALL
                  SELECT before.parent, before.outcome, depth + 1
                  FROM line JOIN revision AS before
                       ON before.repository = branch.repository AND hash = line.parent
                  WHERE line.outcome = 'skipped' AND depth < 1000)
                SELECT outcome FROM line ORDER BY depth DESC LIMIT 1) END AS outcome
      FROM branch JOIN repository ON repository.id = branch.repository
           LEFT JOIN revision ON revision.repository = branch.repository AND hash = tip
      WHERE repository.name = :repository AND (tip IS NOT NULL OR refs_are_all IS NOT 1)
      """;

  /** How many commits that did not pass are looked at, for each branch. */
  private static final int LONGEST_FAILURE = 500;

  private static final String SINCE_LAST_PASSED =
      """
      WITH RECURSIVE led (branch, revision, repository, parent, outcome, depth) AS (
        SELECT branch.id, revision.id, revision.repository, parent, outcome, 1
        FROM branch JOIN revision ON revision.repository = branch.repository AND hash = tip
        WHERE branch.id IN (<branches>)
        UNION ALL
        SELECT led.branch, revision.id, revision.repository, revision.parent, revision.outcome,
               depth + 1
        FROM led JOIN revision ON revision.repository = led.repository AND hash = led.parent
        WHERE depth < :longest AND led.outcome IS NOT 'passed')
      SELECT led.branch, hash, author, subject, queued_at, revision.outcome, finished_at
      FROM led JOIN revision ON revision.id = led.revision
      ORDER BY led.branch, depth
      """;

  private final Jdbi jdbi;

  BranchQueries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  List<BranchLine> branches(String repository, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(BRANCHES + "ORDER BY latest_at DESC, ref LIMIT :limit")
                .bind("repository", repository)
                .bind("limit", limit)
                .mapTo(BranchLine.class)
                .list());
  }

  Optional<BranchLine> branch(String repository, String ref) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(BRANCHES + "AND ref = :ref")
                .bind("repository", repository)
                .bind("ref", ref)
                .mapTo(BranchLine.class)
                .findOne());
  }

  /**
   * The last commits of some branches, by the ids of the branches' rows, the oldest first. If the
   * tip of a branch is known, they are the tip and its first parents, preceded by commits that were
   * first seen on the branch.
   */
  Map<Long, List<StripLine>> lastOf(List<BranchLine> branches, int limit) {
    if (branches.isEmpty()) {
      return Map.of();
    }
    List<Long> ids = branches.stream().map(BranchLine::id).toList();
    return jdbi.withHandle(
        handle -> {
          Map<Long, List<StripLine>> seen = firstSeenOn(handle, ids, limit);
          Map<Long, List<StripLine>> led = ledToBy(handle, ids, limit);
          Map<Long, List<StripLine>> found = new HashMap<>();
          for (BranchLine branch : branches) {
            found.put(
                branch.id(),
                together(
                    seen.getOrDefault(branch.id(), List.of()),
                    led.getOrDefault(branch.id(), List.of()),
                    limit));
          }
          return found;
        });
  }

  private static Map<Long, List<StripLine>> firstSeenOn(Handle handle, List<Long> ids, int limit) {
    return strips(
        handle,
        """
        SELECT branch.id, repository.name, hash, subject, queued_at, outcome
        FROM branch JOIN repository ON repository.id = branch.repository
             JOIN revision ON revision.id IN
               (SELECT id FROM revision WHERE branch = branch.id
                ORDER BY queued_at DESC, id DESC LIMIT :limit)
        WHERE branch.id IN (<branches>) ORDER BY queued_at, revision.id
        """,
        ids,
        limit);
  }

  private static Map<Long, List<StripLine>> ledToBy(Handle handle, List<Long> ids, int limit) {
    return strips(
        handle,
        """
        WITH RECURSIVE led (branch, revision, repository, parent, depth) AS (
          SELECT branch.id, revision.id, revision.repository, parent, 1
          FROM branch JOIN revision ON revision.repository = branch.repository AND hash = tip
          WHERE branch.id IN (<branches>)
          UNION ALL
          SELECT led.branch, revision.id, revision.repository, revision.parent, depth + 1
          FROM led JOIN revision ON revision.repository = led.repository AND hash = led.parent
          WHERE depth < :limit)
        SELECT led.branch, repository.name, hash, subject, queued_at, outcome
        FROM led JOIN revision ON revision.id = led.revision
             JOIN repository ON repository.id = revision.repository
        ORDER BY led.branch, depth DESC
        """,
        ids,
        limit);
  }

  private static Map<Long, List<StripLine>> strips(
      Handle handle, String sql, List<Long> ids, int limit) {
    Map<Long, List<StripLine>> found = new HashMap<>();
    handle
        .createQuery(sql)
        .bind("limit", limit)
        .bindList("branches", ids)
        .map(
            (row, context) ->
                found
                    .computeIfAbsent(row.getLong(1), branch -> new ArrayList<>())
                    .add(Rows.strip(row, 2)))
        .list();
    return found;
  }

  /**
   * The tips of some branches and their first parents, by the ids of the branches' rows: the newest
   * first, up to one that passed, the last known one, or the limit.
   */
  Map<Long, List<LineageLine>> sinceLastPassed(List<BranchLine> branches) {
    if (branches.isEmpty()) {
      return Map.of();
    }
    return jdbi.withHandle(
        handle -> {
          Map<Long, List<LineageLine>> found = new HashMap<>();
          handle
              .createQuery(SINCE_LAST_PASSED)
              .bind("longest", LONGEST_FAILURE)
              .bindList("branches", branches.stream().map(BranchLine::id).toList())
              .map(
                  (row, context) ->
                      found
                          .computeIfAbsent(row.getLong(1), branch -> new ArrayList<>())
                          .add(Rows.lineage(row, 2)))
              .list();
          return found;
        });
  }

  /**
   * The tip and its first parents, preceded by commits of the branch that were queued before them.
   */
  private static List<StripLine> together(List<StripLine> seen, List<StripLine> led, int limit) {
    if (led.isEmpty()) {
      return seen;
    }
    Set<String> there = new HashSet<>();
    led.forEach(line -> there.add(line.commit()));
    List<StripLine> all = new ArrayList<>();
    for (StripLine line : seen) {
      if (line.queuedAt().isBefore(led.get(0).queuedAt()) && !there.contains(line.commit())) {
        all.add(line);
      }
    }
    all.addAll(led);
    return all.size() <= limit ? all : List.copyOf(all.subList(all.size() - limit, all.size()));
  }
}
