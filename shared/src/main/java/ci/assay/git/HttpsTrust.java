package ci.assay.git;

import ci.assay.common.CannotRunException;
import ci.assay.tls.CaFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.function.UnaryOperator;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.transport.HttpConfig;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate authorities are trusted over HTTPS: those in the PEM file that {@value
 * #VARIABLE} names; else in the file of git's {@code http.sslCAInfo} or {@code
 * http.<url>.sslCAInfo}, which JGit does not support; else the JDK's. A file is read for each
 * connection, so that a change takes effect at once. Safe for use by many threads.
 */
final class HttpsTrust {

  static final String VARIABLE = "GIT_SSL_CAINFO";
  private static final String KEY = "sslCAInfo";

  private final UnaryOperator<@Nullable String> environment;

  HttpsTrust(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * @throws GitException when the file cannot be used
   */
  void applyTo(TransportHttp transport) throws GitException {
    URIish uri = transport.getURI();
    String file = "https".equalsIgnoreCase(uri.getScheme()) ? file(uri) : null;
    if (file == null) {
      return;
    }
    try {
      transport.setHttpConnectionFactory(new Trusting(CaFile.trustManagers(Path.of(file))));
    } catch (CannotRunException e) {
      throw NetworkFailures.noTrust(uri, e);
    }
  }

  private @Nullable String file(URIish uri) {
    String given = environment.apply(VARIABLE);
    try {
      return given == null || given.isEmpty()
          ? configured(SystemReader.getInstance().getUserConfig(), uri)
          : given;
    } catch (IOException | ConfigInvalidException e) {
      throw new IllegalStateException("JGitSettings leaves such files aside", e);
    }
  }

  /**
   * The configured file for a URL. JGit picks the section whose URL matches best only for keys that
   * it supports, so {@code sslCAInfo} is presented to it as the cookie file.
   */
  static @Nullable String configured(Config git, URIish uri) {
    Config presented = new Config();
    present(git, null, presented);
    git.getSubsections(HttpConfig.HTTP).forEach(url -> present(git, url, presented));
    return new HttpConfig(presented, uri).getCookieFile();
  }

  private static void present(Config git, @Nullable String url, Config presented) {
    Path file = git.getPath(HttpConfig.HTTP, url, KEY, FS.DETECTED, null, null);
    if (file != null) {
      presented.setString(HttpConfig.HTTP, url, HttpConfig.COOKIE_FILE_KEY, file.toString());
    }
  }

  /** Creates connections of the JDK that trust other certificates. */
  private static final class Trusting extends JDKHttpConnectionFactory {

    private final TrustManager[] trusted;

    Trusting(TrustManager[] trusted) {
      this.trusted = trusted;
    }

    @Override
    public GitSession newSession() {
      GitSession session = super.newSession();
      return new GitSession() {
        @Override
        public HttpConnection configure(HttpConnection connection, boolean sslVerify)
            throws IOException, GeneralSecurityException {
          HttpConnection configured = session.configure(connection, sslVerify);
          if (sslVerify && connection.getURL().getProtocol().equals("https")) {
            configured.configure(null, trusted, null);
          }
          return configured;
        }

        @Override
        public void close() {
          session.close();
        }
      };
    }
  }
}
