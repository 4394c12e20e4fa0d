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

/** The JSON properties of a record, for documentation and schemas. */
public final class JsonProperties {

  private JsonProperties() {}

  /**
   * The record components by their property names in JSON. The components of an unwrapped record
   * are listed in its place, as in JSON. The {@code type} and {@code version} of a message are not
   * included.
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

  /**
   * The names of those properties of {@link #of} that are left out when they have their default
   * value.
   */
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
