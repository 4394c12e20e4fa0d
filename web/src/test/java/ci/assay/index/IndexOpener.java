package ci.assay.index;

import java.nio.file.Path;

/** A process that opens an index and exits. */
final class IndexOpener {

  private IndexOpener() {}

  /** Opens the file that is named. */
  public static void main(String[] arguments) {
    Index.open(Path.of(arguments[0])).close();
  }
}
