package ci.assay.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.util.function.Function;

/** Writes a value as one JSON string. */
final class TextSerializer<T> extends StdScalarSerializer<T> {

  private static final long serialVersionUID = 1L;

  private final transient Function<T, String> write;

  TextSerializer(Class<T> type, Function<T, String> write) {
    super(type);
    this.write = write;
  }

  @Override
  public void serialize(T value, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeString(write.apply(value));
  }
}
