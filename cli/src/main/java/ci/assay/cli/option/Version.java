package ci.assay.cli.option;

import ci.assay.common.AssayVersion;
import picocli.CommandLine.IVersionProvider;

/** Which Assay this is, and what it runs on. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "assay %s (Java %s, %s %s)"
          .formatted(
              AssayVersion.number(),
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.arch"))
    };
  }
}
