package ci.assay.web.api;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An address of the API: what it does, and what is said of it.
 *
 * @param parameters of the query, each with what it means
 * @param answer null for text
 */
public record Endpoint(
    String method,
    String path,
    String summary,
    Map<String, String> parameters,
    @Nullable Answer answer,
    Action action) {

  /**
   * What is answered in JSON.
   *
   * @param type of the answer, or of its items
   */
  record Answer(Class<?> type, boolean isList) {}

  /** Where the API begins. */
  public static final String ROOT = "/api/v1";

  /** Answers a request. */
  @FunctionalInterface
  public interface Action {
    void answer(Context context) throws Exception;
  }

  static Endpoint get(String path, String summary, Action action) {
    return new Endpoint("get", path, summary, Map.of(), null, action);
  }

  static Endpoint post(String path, String summary, Action action) {
    return new Endpoint("post", path, summary, Map.of(), null, action);
  }

  Endpoint with(String parameter, String meaning) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(parameter, meaning);
    return new Endpoint(method, path, summary, more, answer, action);
  }

  Endpoint answers(Class<?> type, boolean asItems) {
    return new Endpoint(method, path, summary, parameters, new Answer(type, asItems), action);
  }
}
