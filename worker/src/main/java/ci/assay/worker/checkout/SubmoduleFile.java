package ci.assay.worker.checkout;

import ci.assay.common.Sizes;
import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;

/**
 * The paths and URLs of submodules in a commit's {@code .gitmodules}. Everything else in it is
 * ignored: names are not used as paths, and {@code update} could be a command.
 */
final class SubmoduleFile {

  private static final String SECTION = "submodule";
  private static final int LARGEST = 1 << 20;

  private SubmoduleFile() {}

  /**
   * Reads the file.
   *
   * @return the URLs by the path of the submodule; empty without the file
   * @throws RefusedCommitException when it cannot be read
   */
  static Map<String, String> urls(FolderNode root, Repository mirror)
      throws IOException, RefusedCommitException {
    if (!(root.children.get(Constants.DOT_GIT_MODULES) instanceof FileNode file)
        || FileMode.SYMLINK.equals(file.mode())) {
      return Map.of();
    }
    ObjectLoader content = mirror.open(file.id(), Constants.OBJ_BLOB);
    if (content.getSize() > LARGEST) {
      throw new RefusedCommitException(
          "%s is larger than %s".formatted(Constants.DOT_GIT_MODULES, Sizes.text(LARGEST)));
    }
    Config config = new Config();
    try {
      config.fromText(new String(content.getCachedBytes(), StandardCharsets.UTF_8));
    } catch (ConfigInvalidException e) {
      throw new RefusedCommitException(
          "%s cannot be read: %s".formatted(Constants.DOT_GIT_MODULES, e.getMessage()));
    }
    Map<String, String> urls = new HashMap<>();
    for (String name : config.getSubsections(SECTION)) {
      String path = config.getString(SECTION, name, "path");
      String url = config.getString(SECTION, name, "url");
      if (path != null && url != null) {
        urls.put(path.replaceAll("/+$", ""), url);
      }
    }
    return urls;
  }
}
