package ci.assay.web.api;

import ci.assay.wire.JsonProperties;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI 3.1 document of the API. It is generated from the endpoints and the records of their
 * answers, so that it always agrees with them.
 */
public final class OpenApi {

  private static final Pattern IN_PATH = Pattern.compile("\\{([a-z]+)}");

  private final Map<String, Object> schemas = new TreeMap<>();

  private OpenApi() {}

  public static Map<String, Object> of(List<Endpoint> endpoints) {
    OpenApi made = new OpenApi();
    Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
    for (Endpoint endpoint : endpoints) {
      paths
          .computeIfAbsent(Endpoint.ROOT + path(endpoint), path -> new LinkedHashMap<>())
          .put(endpoint.method(), made.operation(endpoint));
    }
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("schemas", made.schemas);
    components.put("securitySchemes", Map.of("token", Map.of("type", "http", "scheme", "bearer")));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put("info", Map.of("title", "Assay", "version", "1"));
    document.put("paths", paths);
    document.put("components", components);
    return document;
  }

  /** OpenAPI has no sign for a parameter with slashes in it. */
  private static String path(Endpoint endpoint) {
    return endpoint.path().replace('<', '{').replace('>', '}');
  }

  private Map<String, Object> operation(Endpoint endpoint) {
    List<Object> parameters = new ArrayList<>();
    Matcher inPath = IN_PATH.matcher(path(endpoint));
    while (inPath.find()) {
      parameters.add(
          Map.of("name", inPath.group(1), "in", "path", "required", true, "schema", text()));
    }
    endpoint
        .parameters()
        .forEach(
            (name, meaning) ->
                parameters.add(
                    Map.of("name", name, "in", "query", "description", meaning, "schema", text())));
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("summary", endpoint.summary());
    operation.put("parameters", parameters);
    operation.put("responses", responses(endpoint));
    if (endpoint.method().equals("post")) {
      operation.put("security", List.of(Map.of("token", List.of())));
    }
    return operation;
  }

  private Map<String, Object> responses(Endpoint endpoint) {
    Map<String, Object> responses = new LinkedHashMap<>();
    Endpoint.Answer answer = endpoint.answer();
    responses.put(
        "200",
        answer == null
            ? answer("text/plain", text())
            : answer(
                "application/json",
                answer.isList() ? page(schema(answer.type())) : schema(answer.type())));
    responses.put("default", answer("application/json", schema(ApiModels.Problem.class)));
    return responses;
  }

  private static Map<String, Object> answer(String type, Object schema) {
    return Map.of("description", "", "content", Map.of(type, Map.of("schema", schema)));
  }

  private static Map<String, Object> page(Object items) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("items", Map.of("type", "array", "items", items));
    properties.put("next", Map.of("type", List.of("string", "null")));
    return Map.of("type", "object", "properties", properties);
  }

  private Object schema(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      return generic.getRawType() instanceof Class<?> raw && Collection.class.isAssignableFrom(raw)
          ? Map.of("type", "array", "items", schema(last))
          : Map.of("type", "object", "additionalProperties", schema(last));
    }
    Class<?> plain = (Class<?>) type;
    if (plain == int.class
        || plain == long.class
        || plain == Integer.class
        || plain == Long.class) {
      return Map.of("type", "integer");
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return Map.of("type", "boolean");
    }
    if (plain == Instant.class) {
      return Map.of("type", "string", "format", "date-time");
    }
    if (plain.isEnum()) {
      return Map.of("type", "string", "enum", words(plain));
    }
    return isStructure(plain) ? reference(plain) : text();
  }

  /** Ids are records too, but one string in JSON. */
  private static boolean isStructure(Class<?> type) {
    return type.isRecord() && !type.getSimpleName().endsWith("Id");
  }

  private Object reference(Class<?> type) {
    String name = type.getSimpleName();
    if (!schemas.containsKey(name)) {
      Map<String, Object> properties = new LinkedHashMap<>();
      List<String> required = new ArrayList<>();
      schemas.put(name, Map.of("type", "object", "properties", properties, "required", required));
      Set<String> leftOut = JsonProperties.leftOutWhenUsual(type);
      JsonProperties.of(type)
          .forEach(
              (property, part) -> {
                properties.put(property, schema(part.getGenericType()));
                boolean isNullable = part.getAnnotatedType().isAnnotationPresent(Nullable.class);
                if (!isNullable && !leftOut.contains(property)) {
                  required.add(property);
                }
              });
    }
    return Map.of("$ref", "#/components/schemas/" + name);
  }

  private static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(each -> ((Enum<?>) each).name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static Map<String, Object> text() {
    return Map.of("type", "string");
  }
}
