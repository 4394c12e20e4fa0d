package ci.assay.git;

import ci.assay.common.FailureText;
import ci.assay.git.GitException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.pack.PackConfig;

/**
 * A repository on this machine, read directly, without a process or protocol. Any commit in it can
 * be fetched, even one that no ref leads to.
 */
final class LocalRemote implements Remote {

  private static final Set<PosixFilePermission> FOR_ALL =
      Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

  private final Path path;
  private final boolean lends;
  private final FetchLimits limits;

  /**
   * @param lends whether mirrors may borrow its objects instead of copying them
   */
  LocalRemote(Path path, boolean lends, FetchLimits limits) {
    this.path = path;
    this.lends = lends;
    this.limits = limits;
  }

  @Override
  public boolean lend(MirrorRepository mirror) throws GitException, IOException {
    if (!lends) {
      return false;
    }
    Path objects;
    try (Repository source = LocalRepository.open(path)) {
      objects = ObjectFolders.own(source).toRealPath();
    } catch (IOException e) {
      throw unreadable(e);
    }
    boolean canLend = canLend(objects, mirror);
    Borrowing.set(mirror, canLend ? objects : null);
    return canLend;
  }

  /**
   * The file of alternates cannot contain every path. JGit would move packs out of a {@code
   * preserved} folder of the source. And a run may have fewer permissions than its worker, which
   * may be root: in the sandbox it can read only its own files and those that all can read.
   */
  private static boolean canLend(Path objects, MirrorRepository mirror) throws IOException {
    return objects.toString().chars().noneMatch(Character::isISOControl)
        && !Files.exists(objects.resolve("pack/preserved"))
        && (Files.getOwner(objects).equals(Files.getOwner(mirror.getDirectory().toPath()))
            || Files.getPosixFilePermissions(objects).containsAll(FOR_ALL));
  }

  @Override
  public Map<String, ObjectId> refs(RefGlobs globs) throws GitException {
    Map<String, ObjectId> refs = new LinkedHashMap<>();
    try (Repository source = LocalRepository.open(path)) {
      RefDatabase database = source.getRefDatabase();
      for (String prefix : globs.prefixes()) {
        List<Ref> named = database.getRefsByPrefix(prefix);
        limits.requireRefs(path.toString(), refs.size() + named.size());
        for (Ref ref : named) {
          if (ref.getObjectId() != null && globs.matches(ref.getName())) {
            refs.put(ref.getName(), ref.getObjectId());
          }
        }
      }
      Ref head = globs.matches(Constants.HEAD) ? database.exactRef(Constants.HEAD) : null;
      if (head != null && head.getObjectId() != null) {
        refs.put(Constants.HEAD, head.getObjectId());
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return refs;
  }

  @Override
  public Optional<String> defaultBranch() throws GitException {
    try (Repository source = LocalRepository.open(path)) {
      return Optional.ofNullable(source.getFullBranch())
          .filter(name -> name.startsWith(Constants.R_HEADS));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public void fetch(MirrorRepository mirror, Set<ObjectId> wanted) throws GitException {
    FetchBudget budget = new FetchBudget(path.toString(), limits);
    try (Repository source = LocalRepository.open(path)) {
      PackConfig config = new PackConfig(source);
      config.setThreads(1);
      config.setDeltaCompress(false);
      try (PackWriter writer = new PackWriter(config, source.newObjectReader())) {
        writer.setUseCachedPacks(true);
        writer.setReuseDeltaCommits(true);
        writer.preparePack(budget, wanted, known(source, mirror));
        PackInsertion.write(writer, mirror, budget);
      }
      budget.requireArrived(mirror, wanted);
    } catch (MissingObjectException e) {
      throw new GitException(
          Kind.COMMIT_GONE,
          "repository %s has no object %s".formatted(path, e.getObjectId().name()),
          e);
    } catch (IOException e) {
      GitException exceeded = budget.exceeded(e);
      throw exceeded != null ? exceeded : unreadable(e);
    }
  }

  @Override
  public Optional<ObjectId> fetchTip(MirrorRepository mirror, String ref) throws GitException {
    ObjectId tip = refs(new RefGlobs(List.of(ref))).get(ref);
    if (tip != null) {
      fetch(mirror, Set.of(tip));
    }
    return Optional.ofNullable(tip);
  }

  /**
   * The pinned tips that the source has, too: their history need not be sent. None for a mirror
   * that borrows: it must stay complete when it loses the borrowed objects.
   */
  private static Set<ObjectId> known(Repository source, MirrorRepository mirror)
      throws IOException {
    Set<ObjectId> known = new HashSet<>();
    if (!ObjectFolders.borrowed(ObjectFolders.own(mirror)).isEmpty()) {
      return known;
    }
    for (Ref ref : mirror.getRefDatabase().getRefsByPrefix(Pins.PREFIX)) {
      if (source.getObjectDatabase().has(ref.getObjectId())
          && mirror.getObjectDatabase().has(ref.getObjectId())) {
        known.add(ref.getObjectId());
      }
    }
    return known;
  }

  private GitException unreadable(IOException e) {
    if (!Files.isReadable(path)) {
      return LocalRepository.denied(path, e);
    }
    return new GitException(
        Kind.REPOSITORY_GONE,
        "repository %s cannot be read: %s".formatted(path, FailureText.of(e)),
        e);
  }
}
