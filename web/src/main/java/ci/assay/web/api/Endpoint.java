package ci.assay.web.api;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of the API and its documentation.
 *
 * @param path below {@link #ROOT}
 * @param parameters of the query, with their meanings
 * @param answer null for plain text
 */
public record Endpoint(
    String method,
    String path,
    String summary,
    Map<String, String> parameters,
    @Nullable Answer answer,
    Action action) {

  /**
   * A JSON answer.
   *
   * @param type of the answer, or of its items
   */
  record Answer(Class<?> type, boolean isList) {}

  /** The prefix of all paths of the API. */
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
