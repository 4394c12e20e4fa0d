package ci.assay.tls;

import ci.assay.common.CannotRunException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A PEM file with certificate authorities to trust instead of the JDK's. */
public final class CaFile {

  private CaFile() {}

  /**
   * Trust managers that trust these authorities and no others.
   *
   * @throws CannotRunException when the file cannot be read or has no certificate in it
   */
  public static TrustManager[] trustManagers(Path file) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(read(file));
      return trust.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new CannotRunException(
          "CA file '%s' is not a readable file of PEM certificates: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, each);
      }
      if (number == 0) {
        throw new IOException("it has no certificate");
      }
    }
    return store;
  }
}
