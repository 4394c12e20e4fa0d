package ci.assay.worker.artifact;

import ci.assay.pipeline.PathFilter;
import ci.assay.worker.folder.FolderListing;
import ci.assay.worker.folder.MountTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the files of a work tree that match patterns, in the order of their names. Symbolic links
 * are never followed, nothing called {@code .git} is found, and mounts are not looked into. Only
 * folders that can have a match are listed, within the bounds of {@link FolderListing}. It needs no
 * stack.
 */
final class MatchingFiles {

  /** A folder with a longer path is not looked into; no artifact may have such a path. */
  private static final int LONGEST_FOLDER = 512;

  /** The part of a pattern before its first special character. */
  private static final Pattern FIXED = Pattern.compile("[^*?\\[\\\\]*");

  private final Path top;
  private final PathFilter filter;
  private final List<String> roots;
  private final MountTable mounts;
  private final Deque<Entry> open = new ArrayDeque<>();
  private final FolderListing listing = new FolderListing();

  /**
   * @param top the work tree
   */
  MatchingFiles(Path top, List<String> patterns) throws IOException {
    this.top = top.toRealPath();
    this.filter = new PathFilter(patterns);
    this.roots =
        patterns.stream().filter(each -> !each.startsWith("!")).map(MatchingFiles::root).toList();
    this.mounts = MountTable.read();
  }

  /**
   * A file or folder.
   *
   * @param name its path relative to the work tree, with {@code /}; empty for the work tree
   * @param path as the file system gave it: not every name can be made a path again
   */
  private record Entry(String name, Path path) {
    Entry child(Path path) {
      String last = path.getFileName().toString();
      return new Entry(name.isEmpty() ? last : name + "/" + last, path);
    }
  }

  /** Is told what was found; may stop the search. */
  interface Visitor {

    /** Whether to go on; asked before each file and folder. */
    boolean goesOn() throws InterruptedException;

    /**
     * A path that matches, and is no folder.
     *
     * @param name the path relative to the work tree, with {@code /}
     */
    void found(String name, Path path, BasicFileAttributes attributes) throws IOException;

    /** A folder that cannot be listed, or not wholly. */
    void unlisted(String name, String reason);
  }

  /** The folder that everything which a pattern matches is below of; empty for the work tree. */
  private static String root(String pattern) {
    String text = pattern.startsWith("./") ? pattern.substring(2) : pattern;
    text = text.startsWith("/") ? text.substring(1) : text;
    boolean isOfName = pattern.indexOf('/') < 0 || pattern.indexOf('/') == pattern.length() - 1;
    Matcher fixed = FIXED.matcher(text);
    String start = !isOfName && fixed.lookingAt() ? fixed.group() : "";
    return start.substring(0, Math.max(0, start.lastIndexOf('/')));
  }

  void visit(Visitor visitor) throws IOException, InterruptedException {
    open.push(new Entry("", top));
    while (!open.isEmpty()) {
      Entry folder = open.pop();
      List<Entry> inner = new ArrayList<>();
      for (Path path : list(folder, visitor)) {
        if (!visitor.goesOn()) {
          return;
        }
        look(folder.child(path), inner, visitor);
      }
      for (int i = inner.size() - 1; i >= 0; i--) {
        open.push(inner.get(i));
      }
    }
  }

  private void look(Entry one, List<Entry> inner, Visitor visitor) throws IOException {
    Path file = one.path();
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      if (filter.matches(one.name())) {
        visitor.unlisted(one.name(), "it cannot be read");
      }
      return;
    }
    if (mounts.isAt(file)) {
      return;
    }
    if (file.endsWith(".git")) {
      return; // a folder of git's, or a file that names one
    }
    if (attributes.isDirectory()) {
      boolean isOpen = one.name().length() <= LONGEST_FOLDER;
      if (isOpen && mayHaveMatches(one.name())) {
        inner.add(one);
      }
    } else if (filter.matches(one.name())) {
      visitor.found(one.name(), file, attributes);
    }
  }

  private boolean mayHaveMatches(String folder) {
    return roots.stream()
        .anyMatch(
            root ->
                root.isEmpty()
                    || root.equals(folder)
                    || root.startsWith(folder + "/")
                    || folder.startsWith(root + "/"));
  }

  private List<Path> list(Entry folder, Visitor visitor) {
    if (listing.isFull()) {
      return List.of(); // that was said before
    }
    List<Path> paths;
    try {
      paths =
          listing.of(
              folder.path(),
              each ->
                  filter.matches(folder.child(each).name())
                      || Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      visitor.unlisted(folder.name(), "the folder cannot be read");
      return List.of();
    }
    if (listing.isFull()) {
      visitor.unlisted(folder.name(), "there are too many files to look at");
    }
    return paths;
  }
}
