package ci.assay.worker.checkout;

import ci.assay.common.Durations;
import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import ci.assay.thread.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches submodules into mirrors, for one run. Commits of branches and tags may use the worker's
 * logins on the host of the repository, because their authors may push there. For other commits,
 * such as those of pull requests, only public repositories are fetched.
 */
public final class SubmoduleMirrors implements Submodules {

  private static final String NAME = "submodule";

  private final MirrorStore mirrors;
  private final MirrorStore withoutLogins;
  private final boolean isTrusted;
  private final List<Mirror> used = new ArrayList<>();

  /**
   * @param mirrors the worker's mirrors, fetched with its logins
   * @param withoutLogins mirrors that are fetched without logins
   * @param ref where the commit was seen
   */
  public SubmoduleMirrors(MirrorStore mirrors, MirrorStore withoutLogins, String ref) {
    this.mirrors = mirrors;
    this.withoutLogins = withoutLogins;
    this.isTrusted =
        ref.startsWith("refs/heads/") || ref.startsWith("refs/tags/") || ref.equals("HEAD");
  }

  /** The mirrors that submodules were fetched into. */
  public List<Mirror> used() {
    return List.copyOf(used);
  }

  @Override
  public Source fetch(String path, String url, GitUrl superproject, CommitId commit, Duration limit)
      throws GitException, RefusedCommitException, InterruptedException {
    SubmoduleUrl where = SubmoduleUrl.parse(url, superproject);
    MirrorStore store = store(path, where);
    try {
      Mirror mirror = store.mirrorOf(new Repository(NAME, where.url().text()));
      if (!mirror.has(commit) || where.url().local() != null) {
        ensure(path, mirror, commit, limit);
      }
      used.add(mirror);
      return new Source(mirror.repository(), where.url());
    } catch (GitException e) {
      throw e.ofSubmodule(path);
    } catch (InvalidInputException e) {
      throw new RefusedCommitException("submodule '%s': %s".formatted(path, e.getMessage()));
    }
  }

  /**
   * Fetches with a time limit. The server is any that a commit names, and it may never stop
   * answering; after the limit the fetch is left to its thread, which ends with the connection.
   */
  private static void ensure(String path, Mirror mirror, CommitId commit, Duration limit)
      throws GitException, RefusedCommitException, InterruptedException {
    FutureTask<@Nullable Void> fetching =
        new FutureTask<>(
            () -> {
              mirror.ensureAnywhere(commit);
              return null;
            });
    Threads.daemon("submodule of " + mirror.folder().getFileName(), fetching).start();
    try {
      fetching.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RefusedCommitException(
          "submodule '%s' is not here after %s; --checkout-timeout of the worker allows more"
              .formatted(path, Durations.text(limit)));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GitException git) {
        throw git;
      }
      throw new IllegalStateException("submodule '" + path + "': " + e.getCause(), e);
    }
  }

  private MirrorStore store(String path, SubmoduleUrl where) throws RefusedCommitException {
    if (where.isNear() && isTrusted) {
      return mirrors;
    }
    if (where.needsKey() || where.url().local() != null) {
      throw new RefusedCommitException(
          "submodule '%s': %s is fetched only for commits of branches and tags, and only from where the repository itself is; give it an https: URL that everybody may read"
              .formatted(path, where.url().withoutLogin()));
    }
    return withoutLogins;
  }
}
