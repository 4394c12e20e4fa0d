package ci.assay.web;

import ci.assay.web.limit.TrustedProxies;
import ci.assay.web.page.PageSources.Elsewhere;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a web server has to be told.
 *
 * @param port 0 for any that is free
 * @param results the folder of the result files
 * @param index the index file
 * @param admission who may do what
 * @param elsewhere the addresses of pages that are not ours, for links
 */
public record WebSettings(
    String host, int port, Path results, Path index, Admission admission, Elsewhere elsewhere) {

  /**
   * Who may do what.
   *
   * @param tokens the file of those who may act; null when nobody may
   * @param readNeedsToken whether reading needs a token, too
   * @param proxies whose word about the client's address counts
   * @param hostNames under which pages that anybody may read are served on this machine, beside
   *     those that always are; see {@link ci.assay.web.access.HostNames}
   * @param hookSecrets the file of the secrets of hooks; null when there are none
   */
  public record Admission(
      @Nullable Path tokens,
      boolean readNeedsToken,
      TrustedProxies proxies,
      List<String> hostNames,
      @Nullable Path hookSecrets) {
    public Admission {
      hostNames = List.copyOf(hostNames);
    }

    /** Without hooks. */
    public Admission(
        @Nullable Path tokens,
        boolean readNeedsToken,
        TrustedProxies proxies,
        List<String> hostNames) {
      this(tokens, readNeedsToken, proxies, hostNames, null);
    }
  }

  public List<String> hostNames() {
    return admission.hostNames();
  }

  public @Nullable Path tokens() {
    return admission.tokens();
  }

  public TrustedProxies proxies() {
    return admission.proxies();
  }

  public boolean readNeedsToken() {
    return admission.readNeedsToken();
  }
}
