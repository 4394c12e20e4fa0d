package ci.assay.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a test's broker beyond the defaults.
 *
 * @param lines for {@code rabbitmq.conf}
 * @param certificates to listen with TLS, too; null for no TLS
 */
record NodeSettings(List<String> lines, @Nullable TestCertificates certificates) {

  static final NodeSettings DEFAULT = new NodeSettings(List.of(), null);

  NodeSettings {
    lines = List.copyOf(lines);
  }

  /** All lines of the configuration, with TLS at {@code listener}, its files in {@code folder}. */
  List<String> lines(String listener, @Nullable Path folder) {
    List<String> all = new ArrayList<>(lines);
    if (certificates != null) {
      all.add("listeners.ssl.1 = " + listener);
      all.add("ssl_options.cacertfile = " + in(folder, certificates.ca()));
      all.add("ssl_options.certfile = " + in(folder, certificates.certificate()));
      all.add("ssl_options.keyfile = " + in(folder, certificates.key()));
      all.add("ssl_options.verify = verify_none");
      all.add("ssl_options.fail_if_no_peer_cert = false");
    }
    return all;
  }

  /** The certificates' files. */
  List<Path> files() {
    return certificates == null
        ? List.of()
        : List.of(certificates.ca(), certificates.certificate(), certificates.key());
  }

  private static Path in(@Nullable Path folder, Path file) {
    return folder == null ? file : folder.resolve(file.getFileName());
  }
}
