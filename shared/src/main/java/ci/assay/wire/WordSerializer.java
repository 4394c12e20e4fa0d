package ci.assay.wire;

import ci.assay.model.Outcome;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;

/** Writes an outcome as its word. */
final class WordSerializer extends StdScalarSerializer<Outcome> {

  private static final long serialVersionUID = 1L;

  WordSerializer() {
    super(Outcome.class);
  }

  @Override
  public void serialize(Outcome outcome, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeString(outcome.word());
  }
}
