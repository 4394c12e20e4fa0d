package ci.assay.wire;

import ci.assay.model.Message;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.ser.VirtualBeanPropertyWriter;
import com.fasterxml.jackson.databind.util.Annotations;

/**
 * The field {@code type} of a message, which the records do not have; its value is from {@link
 * MessageTypes}.
 */
final class TypeProperty extends VirtualBeanPropertyWriter {

  private static final long serialVersionUID = 1L;

  /** For Jackson, which then calls {@link #withConfig}. */
  TypeProperty() {}

  private TypeProperty(
      BeanPropertyDefinition definition, Annotations annotations, JavaType declaredType) {
    super(definition, annotations, declaredType);
  }

  @Override
  protected Object value(Object bean, JsonGenerator generator, SerializerProvider provider) {
    return MessageTypes.nameOf(((Message) bean).getClass());
  }

  @Override
  public VirtualBeanPropertyWriter withConfig(
      MapperConfig<?> config,
      AnnotatedClass declaringClass,
      BeanPropertyDefinition definition,
      JavaType type) {
    return new TypeProperty(definition, declaringClass.getAnnotations(), type);
  }
}
