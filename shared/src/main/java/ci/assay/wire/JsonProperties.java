package ci.assay.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the JSON of a record is made of, for who describes it. */
public final class JsonProperties {

  private JsonProperties() {}

  /**
   * The properties by their names in JSON; the parts of a group stand side by side, as they do
   * there. The {@code type} and {@code version} of a message are not among them.
   */
  public static Map<String, RecordComponent> of(Class<?> record) {
    Map<String, RecordComponent> components =
        Arrays.stream(record.getRecordComponents())
            .collect(Collectors.toMap(RecordComponent::getName, Function.identity()));
    SerializationConfig config = Json.MAPPER.getSerializationConfig();
    Map<String, RecordComponent> properties = new LinkedHashMap<>();
    for (BeanPropertyDefinition property :
        config.introspect(config.constructType(record)).findProperties()) {
      RecordComponent component = components.get(property.getInternalName());
      if (component != null) {
        if (isGroup(config, property)) {
          properties.putAll(of(component.getType()));
        } else {
          properties.put(property.getName(), component);
        }
      }
    }
    return properties;
  }

  /** Those of {@link #of} that are not written where they have their usual value. */
  public static Set<String> leftOutWhenUsual(Class<?> record) {
    SerializationConfig config = Json.MAPPER.getSerializationConfig();
    return config.introspect(config.constructType(record)).findProperties().stream()
        .filter(
            property ->
                property.findInclusion().getValueInclusion() == JsonInclude.Include.NON_DEFAULT)
        .map(BeanPropertyDefinition::getName)
        .collect(Collectors.toSet());
  }

  private static boolean isGroup(SerializationConfig config, BeanPropertyDefinition property) {
    return config.getAnnotationIntrospector().findUnwrappingNameTransformer(property.getAccessor())
        != null;
  }
}
