package ci.assay.web.api;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An address of the API: what it does, and what is said of it.
 *
 * @param parameters of the query, each with what it means
 * @param type of what is answered, or of its items; null for text
 */
public record Endpoint(
    String method,
    String path,
    String summary,
    Map<String, String> parameters,
    @Nullable Class<?> type,
    boolean isList,
    Action action) {

  /** Where the API begins. */
  public static final String ROOT = "/api/v1";

  /** Answers a request. */
  @FunctionalInterface
  public interface Action {
    void answer(Context context) throws Exception;
  }

  static Endpoint get(String path, String summary, Action action) {
    return new Endpoint("get", path, summary, Map.of(), null, false, action);
  }

  static Endpoint post(String path, String summary, Action action) {
    return new Endpoint("post", path, summary, Map.of(), null, false, action);
  }

  Endpoint with(String parameter, String meaning) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(parameter, meaning);
    return new Endpoint(method, path, summary, more, type, isList, action);
  }

  Endpoint answers(Class<?> answer, boolean asItems) {
    return new Endpoint(method, path, summary, parameters, answer, asItems, action);
  }
}
