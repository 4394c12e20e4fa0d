package ci.assay.cli.option;

import ci.assay.common.AssayVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of Assay, Java and the system. */
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
